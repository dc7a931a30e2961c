package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.spec.ImageSet;

class FileNamesTest {

  @TempDir private Path folder;

  /** A process of its own, since Java reads the locale when it starts. */
  public static final class Opens {
    private Opens() {}

    public static void main(String[] args) {
      try {
        System.out.println(ImageSet.open(args[0], IndexCache.none()).training().size());
      } catch (DataException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String open(String locale) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classPath = System.getProperty("java.class.path");
    var process =
        new ProcessBuilder(java, "-cp", classPath, Opens.class.getName(), folder.toString())
            .redirectErrorStream(true);
    process.environment().remove("LANG");
    process.environment().put("LC_ALL", locale);
    return new String(process.start().getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void thatTheLocaleCannotSayAreRefusedWithWhatToSet() throws IOException {
    var shell =
        new ProcessBuilder("sh", "-c", "printf x > \"$1/$(printf 'b\\303\\244r.jpg')\"", "sh");
    shell.command().add(folder.toString());
    try {
      assertThat(shell.start().waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(open("C")).contains("LC_ALL=C.UTF-8").contains("cannot be read in this locale");
    assertThat(open("C.UTF-8")).contains("1").doesNotContain("locale");
  }

  @Test
  void ofAsciiAreReadInEveryLocale() throws IOException {
    Files.write(folder.resolve("1.jpg"), Pictures.jpeg(8, 8, 1));
    assertThat(open("C")).contains("1").doesNotContain("locale");
  }
}
