/** Breaks C11: the token was put into a properties file once and for all; a 403 can only be the limit, it thinks. */
public class BadC11OnlyWaits extends Client {

    public static void main(String[] arguments) throws Exception {
        start(new BadC11OnlyWaits());
    }

    @Override
    Answer sitOut(String method, String path, String body, double patience) throws Exception {
        Answer answer = super.sitOut(method, path, body, patience);
        for (int minute = 1; answer.status() == 403 && minute < 3; minute++) {
            answer = super.sitOut(method, path, body, patience);
        }
        return answer;
    }

    @Override
    void refresh() throws Refused {
        throw new Refused("still blocked after three minutes");
    }
}
