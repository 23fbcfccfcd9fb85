import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Yours: the part of your shop that asks ELKO for stock. */
final class Stock {

    /** ELKO did not say; ask again later, and change nothing in the shop. */
    static final class NotNow extends Exception {
        private static final long serialVersionUID = 1;

        NotNow(String message) {
            super(message);
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final String baseUrl;
    private final String token;

    Stock(String baseUrl, String token) {
        this.baseUrl = baseUrl;
        this.token = token;
    }

    /** Pieces there are at least, empty when ELKO does not say. */
    OptionalInt of(int code) throws NotNow, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/Catalog/Availability?elkoCode=" + code))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpResponse<String> answer;
        try {
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException problem) {
            throw new NotNow(problem.toString());
        }
        if (answer.statusCode() != 200) {
            throw new NotNow("status " + answer.statusCode());
        }
        Matcher figure = Pattern.compile("\"stockQuantity\"\\s*:\\s*\">?(\\d+)\"").matcher(answer.body());
        return figure.find() ? OptionalInt.of(Integer.parseInt(figure.group(1))) : OptionalInt.empty();
    }
}
