/** Breaks C14: NullPointerException for the first product without a name. */
public class BadC14NullPointer extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC14NullPointer());
    }

    @Override
    String title(Product product) {
        return product.name().strip();
    }
}
