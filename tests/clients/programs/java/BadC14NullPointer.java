/** Breaks C14: NullPointerException for the first product without a vendor. */
public class BadC14NullPointer extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC14NullPointer());
    }

    @Override
    String brand(Product product) {
        return product.vendor().strip();
    }
}
