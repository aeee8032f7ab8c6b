import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Java's own HTTP client as tools use it: it offers h2c with each first request of a connection, and keeps connections. */
public class KeepAlive {
  /** Arguments: how often, and the addresses to ask in turn. Prints each answer's status and length. */
  public static void main(String[] arguments) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
      for (int index = 1; index < arguments.length; index++) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(arguments[index]))
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .timeout(Duration.ofSeconds(8))
                .build();
        var answer = client.send(request, BodyHandlers.ofByteArray());
        System.out.println(answer.statusCode() + " " + answer.body().length);
      }
    }
  }
}
