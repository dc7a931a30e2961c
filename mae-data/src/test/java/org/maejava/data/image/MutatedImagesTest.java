package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.random.Mutations;

/** Mutated images of every format that can be written here are decoded or refused with a reason. */
@Tag("row")
@DisplayName("Mutated images")
class MutatedImagesTest {

  private static final long LONGEST_MILLIS = 3_000;

  @TempDir private Path folder;

  private static List<byte[]> images() throws IOException {
    var images = new ArrayList<byte[]>();
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
      var picture = Pictures.picture(48, 36, type, type);
      for (var format : List.of("jpg", "png", "bmp", "gif", "tif")) {
        images.add(Pictures.encoded(picture, format));
      }
      images.add(progressive(picture));
    }
    images.add(Pictures.encoded(Pictures.picture(48, 36, BufferedImage.TYPE_INT_ARGB, 3), "png"));
    images.add(BrokenImagesTest.webp(48, 36));
    return images;
  }

  private static byte[] progressive(BufferedImage picture) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpg").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      var parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** In a process of its own, with a heap that a decoder has to get along with. */
  @Test
  void areDecodedOrRefusedInAHeapOf512Mb() throws Exception {
    int count = Mutations.count(20_000, 600);
    var output = folder.resolve("output.txt");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                MutatedImagesTest.class.getName(),
                Integer.toString(count))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(40, TimeUnit.MINUTES);
    process.destroyForcibly();
    var said = Files.readString(output);
    assertThat(ended).as("ends: %s", said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    var figures =
        Pattern.compile("decoded (\\d+), slowest (\\d+) ms, heap (\\d+) MB").matcher(said);
    assertThat(figures.find()).as(said).isTrue();
    System.out.printf("row images: %,d mutations: %s%n", count, figures.group());
    assertThat(Integer.parseInt(figures.group(1))).isBetween(count / 20, count - count / 20);
  }

  /** What the process does: decodes so many mutations, each in three seconds at most. */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    var images = images();
    var random = new SplittableRandom(13);
    int decoded = 0;
    long slowest = 0;
    try (var decoder = new Decoder(3)) {
      decoder.decode(images.get(0)); // TensorFlow takes its time to begin
      for (int i = 0; i < count; i++) {
        var image = images.get(i % images.size());
        var mutated = i % 7 == 0 ? Mutations.cut(image, random) : Mutations.changed(image, random);
        long began = System.nanoTime();
        try {
          var header = decoder.header(mutated);
          var whole = decoder.decode(mutated);
          assertThat(List.of(whole.height(), whole.width()))
              .isEqualTo(List.of(header.height(), header.width()));
          decoded++;
        } catch (UnreadableImageException e) {
          assertThat(e.reason()).as("mutation %s", i).isNotBlank();
        }
        long took = (System.nanoTime() - began) / 1_000_000;
        assertThat(took).as("milliseconds for mutation %s", i).isLessThan(LONGEST_MILLIS);
        slowest = Math.max(slowest, took);
      }
    }
    long heap = 0;
    for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
      heap += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
    }
    System.out.printf(
        "decoded %d, slowest %d ms, heap %d MB%n", decoded, slowest, heap / (1 << 20));
  }
}
