import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A small shop's daily work with the ELKO eCom API on the JDK alone, which has XML and no JSON: so all of it is XML.
 * Run with {@code java Client.java}.
 *
 * <p>Configured by its environment only: ELKO_BASE_URL (up to and with /v3.0/api), ELKO_TOKEN, ELKO_USERNAME,
 * ELKO_PASSWORD, ELKO_SINK_URL (the shop's own web service), ELKO_TIME_SCALE (world seconds per real second, for tests).
 *
 * <p>Exit status: 0 done, 3 refused for good (403), 4 no usable answer, 5 a call that should work was rejected.
 */
public class Client {

    static final int WINDOW = 10;
    /** ELKO blocks above 50; the rest is left to whoever else works on the account. */
    static final int CALLS_PER_WINDOW = 45;
    static final int BLOCK = 60;
    /** Descriptions and pictures are brought up to date for so many products a day. */
    static final int DETAILS = 600;
    static final int BATCH = 20;
    static final BigDecimal PRICE_TOLERANCE = new BigDecimal("1.10");

    /** ELKO answered 403 and waiting and a new token did not help: a person has to look. */
    static class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    /** No usable answer: broken connection, server trouble, or a body that cannot be read. */
    static class Unavailable extends Exception {
        Unavailable(String message) {
            super(message);
        }
    }

    /** A request that changes something went out and its answer did not come back: it may have been carried out. */
    static class AnswerLost extends Unavailable {
        AnswerLost(String message) {
            super(message);
        }
    }

    /** ELKO said no to this request (400, 404, 405). */
    static class Rejected extends Exception {
        Rejected(String message) {
            super(message);
        }
    }

    /** One product of the daily list; null where ELKO does not say. */
    record Product(int code, String name, String vendor, String quantity, BigDecimal price) {}

    record Line(int code, int quantity) {}

    /** One HTTP answer, its body unpacked. */
    record Answer(int status, byte[] body) {}

    final String base = env("ELKO_BASE_URL").replaceAll("/+$", "");
    final double scale = env("ELKO_TIME_SCALE").isEmpty() ? 1 : Double.parseDouble(env("ELKO_TIME_SCALE"));
    final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    final Deque<Double> finished = new ArrayDeque<>();
    final String run = String.format("%010X", ThreadLocalRandom.current().nextLong(1L << 40));
    String token = env("ELKO_TOKEN").strip();
    boolean refreshed = false;

    public static void main(String[] arguments) throws Exception {
        start(new Client());
    }

    /** Run a job and leave with its exit status. */
    static void start(Client client) throws Exception {
        try {
            client.dailyJob();
        } catch (Refused problem) {
            leave(3, problem);
        } catch (Unavailable problem) {
            leave(4, problem);
        } catch (Rejected problem) {
            leave(5, problem);
        }
    }

    static void leave(int status, Exception problem) {
        System.err.println("elko: " + problem.getClass().getSimpleName() + ": " + problem.getMessage());
        System.exit(status);
    }

    // -- the job

    void dailyJob() throws Exception {
        List<Product> products = products();
        for (int at = 0; at < Math.min(DETAILS, products.size()); at += BATCH) {
            readDetails(products.subList(at, Math.min(at + BATCH, products.size())));
        }
        sync(products);
        List<Product> wanted = basket(products);
        if (wanted.size() >= 3) {
            orderForCustomer(wanted.subList(0, 2));
            holdForCustomer(wanted.get(2).code());
        }
        followOrders();
    }

    void readDetails(List<Product> batch) throws Exception {
        String codes = batch.stream().map(product -> "" + product.code()).collect(Collectors.joining(","));
        Map<Integer, String> texts = new HashMap<>();
        for (Node item : get("/Catalog/Products/" + codes + "/Description?lang=EN", 30).children) {
            for (Node line : item.list("description")) {
                if ("Description".equals(line.text("criteria"))) {
                    texts.put(item.number("productId"), line.text("value"));
                }
            }
        }
        Map<Integer, String> pictures = new HashMap<>();
        for (Node item : get("/Catalog/MediaItems/" + codes, 30).children) {
            for (Node file : item.list("mediaFiles")) {
                if ("1".equals(file.text("sequence"))) {
                    pictures.put(item.number("id"), file.text("link"));
                }
            }
        }
        List<String> changes = new ArrayList<>();
        for (Product product : batch) {
            if (texts.get(product.code()) != null || pictures.get(product.code()) != null) {
                changes.add(json("sku", "" + product.code(), "description", texts.get(product.code()),
                        "image", pictures.get(product.code())));
            }
        }
        updateShop(changes);
    }

    /** Stock and price into the shop. What ELKO did not say stays as it is in the shop. */
    void sync(List<Product> products) throws Exception {
        List<String> changes = new ArrayList<>();
        for (Product product : products) {
            Integer stock = pieces(product.quantity());
            String price = product.price() == null ? null : product.price().setScale(2, java.math.RoundingMode.HALF_UP).toString();
            if (stock != null || price != null) {
                changes.add(json("sku", "" + product.code(), "name", product.name(), "brand", brand(product),
                        "stock_quantity", stock, "regular_price", price));
            }
        }
        updateShop(changes);
    }

    String brand(Product product) {
        return product.vendor() == null ? null : product.vendor().strip();
    }

    /** What the shop's customers bought today: a few products that are in stock, from the middle of the list. */
    List<Product> basket(List<Product> products) {
        List<Product> sellable = new ArrayList<>();
        if (!env("ELKO_ORDER_CODES").isEmpty()) {
            for (String code : env("ELKO_ORDER_CODES").split(",")) {
                products.stream().filter(one -> one.code() == Integer.parseInt(code)).forEach(sellable::add);
            }
            return sellable;
        }
        for (Product product : products) {
            Integer stock = pieces(product.quantity());
            if (stock != null && stock >= 3 && product.price() != null) {
                sellable.add(product);
            }
        }
        int start = sellable.size() > 6 ? sellable.size() / 2 : 0;
        return sellable.subList(start, Math.min(start + 3, sellable.size()));
    }

    void orderForCustomer(List<Product> products) throws Exception {
        String reference = "W-" + run;
        Map<Integer, Integer> stock = availability(products.stream().map(Product::code).toList());
        List<Line> lines = products.stream()
                .filter(product -> stock.get(product.code()) != null && stock.get(product.code()) >= 1)
                .map(product -> new Line(product.code(), 1))
                .toList();
        if (lines.isEmpty()) {
            noteOrder(reference, json("status", "on-hold", "note", "sold out at the supplier"));
            return;
        }
        Node order;
        try {
            order = place(reference, orderForm(reference, lines));
        } catch (Rejected no) {
            noteOrder(reference, json("status", "on-hold", "note", "supplier refused: " + no.getMessage()));
            return;
        }
        Map<Integer, Node> placed = new HashMap<>();
        order.list("lines").forEach(line -> placed.put(line.number("elkoCode"), line));
        for (Product product : products) {
            Node line = placed.get(product.code());
            BigDecimal price = line == null ? null : line.amount("price");
            if (price != null && price.compareTo(product.price().multiply(PRICE_TOLERANCE)) > 0 && order.text("id") != null) {
                request("DELETE", "/Orders/" + order.text("id"), null, 30);
                noteOrder(reference, json("status", "on-hold", "note", "price went up: " + product.code()));
                return;
            }
        }
        boolean whole = lines.stream().allMatch(line -> {
            Node got = placed.get(line.code());
            return got != null && got.number("quantity") != null && got.number("quantity") >= line.quantity();
        });
        noteOrder(reference, json("status", whole ? "processing" : "partly-backordered", "supplier_order", order.text("id")));
    }

    String orderForm(String reference, List<Line> lines) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        int jde = (today.getYear() / 100 - 19) * 100_000 + today.getYear() % 100 * 1000 + today.getDayOfYear();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String address = "Elizabetes iela " + random.nextInt(1, 190) + "-" + random.nextInt(1, 90);
        String rows = lines.stream()
                .map(line -> xml("OrderLine", xml("elkoCode", "" + line.code()) + xml("quantity", "" + line.quantity())))
                .collect(Collectors.joining());
        return xml("Order", xml("shipTo", "Customer")
                + xml("enduser", xml("company", escaped("Jūrmalas Riteņi SIA"))
                        + xml("contactName", escaped("Ilze Kalniņa"))
                        + xml("contactPhone", "+371 67 204 553")
                        + xml("contactMail", "pasutijumi@jurmalas-riteni.example")
                        + xml("addressLine1", address)
                        + xml("city", "Riga")
                        + xml("country", "LV")
                        + xml("postalCode", "LV-1050")
                        + xml("isNaturalPerson", "false")
                        + xml("customerPo", reference))
                + xml("created", "" + jde)
                + xml("lines", rows)
                + xml("orderIfAllAvailable", "false"));
    }

    /** A customer wants to pay later: reserve one piece, and let it go when the payment does not come. */
    void holdForCustomer(int code) throws Exception {
        Integer stock = availability(List.of(code)).get(code);
        if (stock == null || stock < 1) {
            return;
        }
        String reference = "R-" + run;
        String form = xml("Reservation", xml("customerReference", reference)
                + xml("lines", xml("ReservationLine", xml("elkoCode", "" + code) + xml("quantity", "1"))));
        Node reservation;
        try {
            reservation = once("/Reservations", form, one -> reference.equals(one.text("customerReference")));
        } catch (Rejected no) {
            return;
        }
        if (reservation.text("id") != null) {
            request("DELETE", "/Reservations/" + reservation.text("id"), null, 30);
        }
    }

    void followOrders() throws Exception {
        for (Node order : get("/Orders", 30).children) {
            String reference = order.child("enduser").text("customerPo");
            if (reference != null) {
                noteOrder(reference, json("status", order.text("status"), "tracking", order.text("trackingNumber")));
            }
        }
    }

    /** `"0"`, `"8"` and `">50"` as a number (the least there is); null when ELKO does not say. */
    Integer pieces(String quantity) {
        Matcher found = Pattern.compile("\\s*>?\\s*(\\d+)\\s*").matcher(quantity == null ? "" : quantity);
        return found.matches() ? Integer.valueOf(found.group(1)) : null;
    }

    // -- what the shop asks

    /** The whole list; once a day is enough, and it may take minutes. Only what the shop needs is kept of it. */
    List<Product> products() throws Exception {
        List<Product> products = new ArrayList<>();
        byte[] body = request("GET", "/Catalog/Products?lang=EN", null, 900);
        Node.each(body, row -> {
            BigDecimal price = row.amount("discountPrice") != null ? row.amount("discountPrice") : row.amount("price");
            products.add(new Product(row.number("elkoCode"), row.text("name"), row.text("vendorName"), row.text("quantity"), price));
        });
        return products;
    }

    /** Pieces in stock by code; null where ELKO does not say. */
    Map<Integer, Integer> availability(List<Integer> codes) throws Exception {
        Map<Integer, Integer> stock = new HashMap<>();
        String query = codes.stream().map(code -> "elkoCode=" + code).collect(Collectors.joining("&"));
        for (Node row : get("/Catalog/Availability?" + query, 30).children) {
            stock.put(row.number("productId"), pieces(row.text("stockQuantity")));
        }
        return stock;
    }

    Node place(String reference, String form) throws Exception {
        return once("/Orders", form, order -> reference.equals(order.child("enduser").text("customerPo")));
    }

    /** Post exactly once. When the answer is lost: look first, then post again, once. */
    Node once(String path, String form, java.util.function.Predicate<Node> same) throws Exception {
        try {
            return Node.of(request("POST", path, form, 30));
        } catch (AnswerLost problem) {
            sleep(5);
            for (Node known : get(path, 30).children) {
                if (same.test(known)) {
                    return known;
                }
            }
            return Node.of(request("POST", path, form, 30));
        }
    }

    // -- the wire

    Node get(String path, double patience) throws Exception {
        return Node.of(request("GET", path, null, patience));
    }

    /**
     * The answer's body. A 403 says nothing about its cause, so the causes are tried in the order that does no harm: a
     * rate block goes by itself; a dead token is replaced, once; a refused address needs a person.
     */
    byte[] request(String method, String path, String body, double patience) throws Exception {
        if (token.isEmpty()) {
            token = newToken();
        }
        Answer answer = attempt(method, path, body, patience);
        if (answer.status() == 403) {
            answer = sitOut(method, path, body, patience);
        }
        if (answer.status() == 403) {
            refresh();
            answer = attempt(method, path, body, patience);
        }
        if (answer.status() == 403) {
            throw new Refused(method + " " + path + ": refused with a fresh token too");
        }
        if (answer.status() != 200) {
            throw new Rejected(reason(answer));
        }
        return answer.body();
    }

    /** Wait as long as a rate block lasts, without a single call, then ask again. */
    Answer sitOut(String method, String path, String body, double patience) throws Exception {
        sleep(BLOCK + 1);
        return attempt(method, path, body, patience);
    }

    void refresh() throws Exception {
        if (refreshed) {
            throw new Refused("the token is not accepted");
        }
        refreshed = true;
        token = newToken();
    }

    String newToken() throws Exception {
        if (env("ELKO_USERNAME").isEmpty()) {
            throw new Refused("the token is not accepted, and there is no user name to ask for another");
        }
        String credentials = xml("TokenRequest", xml("username", escaped(env("ELKO_USERNAME"))) + xml("password", escaped(env("ELKO_PASSWORD"))));
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(base + "/Token")).header("Accept", "text/plain");
        Answer answer = send(call, "POST", credentials, 30);
        if (answer.status() != 200) {
            throw new Refused("no new token: status " + answer.status() + "; is this machine's address listed in eCom?");
        }
        return new String(answer.body(), StandardCharsets.UTF_8).replace("\"", "").strip();
    }

    /** One call, repeated after a pause when the server is in trouble and repeating can do no harm. */
    Answer attempt(String method, String path, String body, double patience) throws Exception {
        String trouble = "";
        for (int pause : new int[] {2, 5, 15, 40, 0}) {
            try {
                HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "application/xml")
                        .header("Accept-Encoding", "gzip");
                Answer answer = send(call, method, body, patience);
                if (answer.status() == 200) {
                    Node.each(answer.body(), row -> {});
                }
                if (answer.status() < 500) {
                    return answer;
                }
                trouble = "status " + answer.status();
            } catch (Unavailable | XMLStreamException problem) {
                trouble = problem.getMessage();
            }
            if (method.equals("POST")) {
                throw new AnswerLost(method + " " + path + ": " + trouble);
            }
            sleep(pause);
        }
        throw new Unavailable(method + " " + path + ": " + trouble);
    }

    /** One call, whatever comes of it. Throws Unavailable when there is no answer. */
    Answer send(HttpRequest.Builder call, String method, String body, double patience) throws Exception {
        pace();
        if (body != null) {
            call.header("Content-Type", "application/xml; charset=utf-8");
        }
        call.method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        try {
            return exchange(call.build(), Math.max(1, patience / scale));
        } finally {
            finished.addLast(now());
        }
    }

    /** Wait until one more call is allowed. Counts from when answers came: the server saw the calls earlier. */
    void pace() throws InterruptedException {
        if (finished.size() >= CALLS_PER_WINDOW) {
            sleep(finished.removeFirst() + WINDOW - now());
        }
    }

    Answer exchange(HttpRequest request, double seconds) throws Unavailable, InterruptedException {
        var answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = answer.get((long) (seconds * 1000), TimeUnit.MILLISECONDS);
            boolean packed = response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
            byte[] body = response.body();
            if (packed) {
                body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            }
            return new Answer(response.statusCode(), body);
        } catch (ExecutionException | TimeoutException | IOException problem) {
            answer.cancel(true);
            throw new Unavailable(request.method() + " " + request.uri().getPath() + ": " + problem);
        }
    }

    void sleep(double seconds) throws InterruptedException {
        Thread.sleep((long) Math.ceil(Math.max(0, seconds) / scale * 1000));
    }

    double now() {
        return System.nanoTime() / 1e9 * scale;
    }

    static String reason(Answer answer) {
        try {
            Node problem = Node.of(answer.body());
            return problem.text("detail") != null ? problem.text("detail") : problem.text("title");
        } catch (XMLStreamException noXml) {
            return "status " + answer.status();
        }
    }

    // -- the shop's own web service, shaped like a WooCommerce one; it never sees a header or token of ELKO's

    void updateShop(List<String> changes) throws Exception {
        for (int at = 0; at < changes.size(); at += 100) {
            List<String> batch = changes.subList(at, Math.min(at + 100, changes.size()));
            writeToShop("/products/batch", "{\"update\":[" + String.join(",", batch) + "]}");
        }
    }

    void noteOrder(String reference, String note) throws Exception {
        writeToShop("/orders/" + reference + "/notes", note);
    }

    void writeToShop(String path, String body) throws Exception {
        URI api = URI.create(base);
        String shop = env("ELKO_SINK_URL").isEmpty() ? api.getScheme() + "://" + api.getAuthority() + "/_elko/sink" : env("ELKO_SINK_URL");
        HttpRequest request = HttpRequest.newBuilder(URI.create(shop.replaceAll("/+$", "") + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        Answer answer = exchange(request, 30);
        if (answer.status() >= 400) {
            throw new Unavailable("the shop answered " + answer.status() + " to " + path);
        }
    }

    /** A JSON object of names and values in turn; what is null is left out. */
    static String json(Object... pairs) {
        List<String> members = new ArrayList<>();
        for (int at = 0; at < pairs.length; at += 2) {
            if (pairs[at + 1] != null) {
                boolean bare = pairs[at + 1] instanceof Number;
                members.add(quoted(pairs[at]) + ":" + (bare ? pairs[at + 1] : quoted(pairs[at + 1])));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    static String quoted(Object value) {
        StringBuilder text = new StringBuilder("\"");
        for (char each : value.toString().toCharArray()) {
            text.append(each == '"' || each == '\\' || each < ' ' ? String.format("\\u%04x", (int) each) : "" + each);
        }
        return text.append('"').toString();
    }

    static String xml(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    static String env(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    /** One element of an answer. Names are compared without regard to case; nil reads as null. */
    static class Node {
        final String name;
        final List<Node> children = new ArrayList<>();
        String text = "";
        boolean nil;

        Node(String name) {
            this.name = name;
        }

        static Node of(byte[] body) throws XMLStreamException {
            Node root = new Node("root");
            each(body, root.children::add);
            return root;
        }

        /** The elements below the root, one after the other, so that a list of any length fits. */
        static void each(byte[] body, java.util.function.Consumer<Node> consumer) throws XMLStreamException {
            XMLInputFactory factory = XMLInputFactory.newFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(body), "UTF-8");
            Deque<Node> open = new ArrayDeque<>();
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    Node node = new Node(reader.getLocalName());
                    node.nil = "true".equals(reader.getAttributeValue("http://www.w3.org/2001/XMLSchema-instance", "nil"));
                    open.push(node);
                } else if (event == XMLStreamConstants.CHARACTERS && !open.isEmpty()) {
                    open.peek().text += reader.getText();
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    Node node = open.pop();
                    if (open.size() == 1) {
                        consumer.accept(node);
                    } else if (!open.isEmpty()) {
                        open.peek().children.add(node);
                    }
                }
            }
        }

        Node child(String wanted) {
            return children.stream().filter(one -> one.name.equalsIgnoreCase(wanted)).findFirst().orElseGet(() -> new Node(wanted));
        }

        List<Node> list(String wanted) {
            return child(wanted).children;
        }

        String text(String wanted) {
            for (Node one : children) {
                if (one.name.equalsIgnoreCase(wanted)) {
                    return one.nil ? null : one.text;
                }
            }
            return null;
        }

        Integer number(String wanted) {
            String text = text(wanted);
            return text == null || text.isBlank() ? null : Integer.valueOf(text.strip());
        }

        /** A positive amount, exactly as sent; null otherwise. */
        BigDecimal amount(String wanted) {
            String text = text(wanted);
            BigDecimal amount = text == null || text.isBlank() ? null : new BigDecimal(text.strip());
            return amount == null || amount.signum() <= 0 ? null : amount;
        }
    }
}
