/** Breaks C08: NumberFormatException: For input string: "". */
public class BadC08NumberFormat extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC08NumberFormat());
    }

    @Override
    Integer pieces(String quantity) {
        return quantity == null ? null : Integer.valueOf(quantity.replace(">", ""));
    }
}
