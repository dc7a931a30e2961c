package org.maejava.eval.picture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadingsTest {

  private static final List<String> WORDS =
      List.of("image", "what the network sees", "what it makes of the rest", "both together");

  @Test
  void everyColumnOfEveryGroupHasItsOwnWordsAboveItAndGroupsStandApart() {
    var sheet = sheet(112, 5, 3);
    int group = 4 * 112 + 3 * 4;
    assertThat(sheet.getWidth()).isEqualTo(3 * group + 2 * 40);
    int words = sheet.getHeight() - 2 * 112 - 16;
    assumeTrue(words > 0, "this Java has no font to write with");
    for (int start : List.of(0, group + 40, 2 * (group + 40))) {
      for (int column = 0; column < 4; column++) {
        int left = start + column * (112 + 4);
        assertThat(ink(sheet, left, left + 112, words)).isPositive();
        if (column > 0) {
          // Nobody's words reach into the gap.
          assertThat(ink(sheet, left - 4, left, words)).isZero();
        }
      }
    }
    assertThat(ink(sheet, group, group + 40, sheet.getHeight())).isZero();
  }

  /** Columns of a few pixels, of a tall image: words are broken, and nothing fails. */
  @Test
  void narrowColumnsGetTheirWordsInMoreLines() {
    var wide = sheet(112, 1, 1);
    var narrow = sheet(20, 1, 1);
    assertThat(Headings.canBeWritten()).isEqualTo(wide.getHeight() > 112);
    assumeTrue(wide.getHeight() > 112, "this Java has no font to write with");
    assertThat(narrow.getHeight()).isGreaterThan(wide.getHeight());
    assertThat(narrow.getWidth()).isEqualTo(4 * 20 + 3 * 4);
  }

  @Test
  void aJavaWithoutAFontDrawsTheSheetWithoutThem(@TempDir Path folder) throws Exception {
    var none = folder.resolve("fonts.conf");
    Files.writeString(none, "<?xml version='1.0'?><fontconfig></fontconfig>");
    var file = folder.resolve("sheet.png");
    var java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            // Java keeps what it found of fonts there.
            "-Duser.home=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            HeadingsTest.class.getName(),
            file.toString());
    java.environment().put("FONTCONFIG_FILE", none.toString());
    java.environment().put("FONTCONFIG_PATH", folder.toString());
    var process = java.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
    var sheet = ImageIO.read(file.toFile());
    assertThat(sheet.getWidth()).isEqualTo(4 * 112 + 3 * 4);
    // Elsewhere than on Linux fonts are found otherwise.
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(sheet.getHeight()).isEqualTo(112);
    }
  }

  /** In a process of its own. */
  public static void main(String[] args) throws IOException {
    Pictures.write(sheet(112, 1, 1), Path.of(args[0]));
  }

  private static BufferedImage sheet(int width, int rows, int columns) {
    var picture = Pictures.one(new float[112][width][1]);
    var row = Pictures.beside(Collections.nCopies(4, picture));
    return Pictures.sheet(Collections.nCopies(rows, row), columns, WORDS);
  }

  /** Pixels that are not clear, from the top to a height. */
  private static int ink(BufferedImage sheet, int left, int right, int height) {
    int ink = 0;
    for (int y = 0; y < height; y++) {
      for (int x = left; x < right; x++) {
        ink += sheet.getRGB(x, y) >>> 24 == 0 ? 0 : 1;
      }
    }
    return ink;
  }
}
