/** Breaks C03: a retry aspect with its default of no pause at all; only when that is used up does it wait. */
public class BadC03RetriesAtOnce extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC03RetriesAtOnce());
    }

    @Override
    Answer sitOut(String method, String path, String body, double patience) throws Exception {
        for (int retry = 0; retry < 8; retry++) {
            Answer answer = attempt(method, path, body, patience);
            if (answer.status() != 403) {
                return answer;
            }
        }
        return super.sitOut(method, path, body, patience);
    }
}
