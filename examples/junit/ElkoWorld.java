import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A world of a running mock, for one test. All it takes is HTTP. Use your own JSON library in place of {@link #text}. */
final class ElkoWorld implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String MOCK = System.getenv().getOrDefault("ELKO_MOCK_URL", "http://127.0.0.1:3556");

    final String baseUrl;
    final String token;
    private final String path;

    private ElkoWorld(String made) {
        path = "/_elko/worlds/" + text(made, "name");
        baseUrl = MOCK + text(made, "baseUrl");
        token = text(made, "token");
    }

    static ElkoWorld make() throws IOException, InterruptedException {
        return new ElkoWorld(control("POST", "/_elko/worlds", "{}"));
    }

    static ElkoWorld of(String scenario) throws IOException, InterruptedException {
        return new ElkoWorld(control("POST", "/_elko/worlds", "{\"scenario\": \"" + scenario + "\"}"));
    }

    void freeze() throws IOException, InterruptedException {
        control("POST", path + "/clock/freeze", "");
    }

    void advance(double seconds) throws IOException, InterruptedException {
        control("POST", path + "/clock/advance", "{\"seconds\": " + seconds + "}");
    }

    /** A JSON list of faults as a scenario file holds them. */
    void setFaults(String faults) throws IOException, InterruptedException {
        control("PUT", path + "/faults", faults);
    }

    /** How many exchanges fit, for example {@code operation=getAvailability&status=200}. */
    int count(String conditions) throws IOException, InterruptedException {
        return Integer.parseInt(control("GET", path + "/journal/count?" + conditions, "").replaceAll("\\D", ""));
    }

    /** The exchanges that fit, as JSON. */
    String journal(String conditions) throws IOException, InterruptedException {
        return control("GET", path + "/journal?" + conditions, "");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        control("DELETE", path, "");
    }

    private static String control(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(MOCK + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(method + " " + path + ": " + answer.body());
        }
        return answer.body();
    }

    private static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }
}
