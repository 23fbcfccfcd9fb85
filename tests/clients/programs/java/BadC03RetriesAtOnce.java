/** Breaks C03: takes a 403 for a dead token, and when there is no other to be had tries and tries, without a pause. */
public class BadC03RetriesAtOnce extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC03RetriesAtOnce());
    }

    @Override
    Answer sitOut(String method, String path, String body, double patience) throws Exception {
        try {
            token = newToken();
        } catch (Refused none) {
            System.err.println("no new token, trying with the one there is");
        }
        for (int retry = 0; retry < 4; retry++) {
            Answer answer = attempt(method, path, body, patience);
            if (answer.status() != 403) {
                return answer;
            }
        }
        return super.sitOut(method, path, body, patience);
    }
}
