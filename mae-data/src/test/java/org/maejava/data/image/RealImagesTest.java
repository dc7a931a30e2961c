package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Images that are not in the repository, on machines that have them. */
class RealImagesTest {

  private static final Path DATA = Path.of("../../shared/data");

  @Test
  void genuineImageNetFilesDecodeToTheMeansThatPillowFinds() throws Exception {
    var folder = DATA.resolve("imagenet-samples");
    assumeTrue(Files.isDirectory(folder), "no ImageNet samples on this machine");
    try (var decoder = new Decoder(3)) {
      for (var row : manifest(folder)) {
        var image = decoder.decode(Files.readAllBytes(folder.resolve(row.get(0))));
        assertThat(image.width()).as(row.get(0)).isEqualTo(Integer.parseInt(row.get(3)));
        assertThat(image.height()).as(row.get(0)).isEqualTo(Integer.parseInt(row.get(4)));
        for (int channel = 0; channel < 3; channel++) {
          assertThat(mean(image, channel))
              .as("%s, channel %s", row.get(0), channel)
              .isCloseTo(Double.parseDouble(row.get(10 + channel)), within(0.01));
        }
      }
    }
  }

  /** Through the whole of the reading: header, framing, decoding of the box, resampling. */
  @Test
  void everyOddOrMalformedFileIsReadOrRefusedWithAReason() throws Exception {
    var folder = DATA.resolve("hostile");
    assumeTrue(Files.isDirectory(folder), "no hostile images on this machine");
    var crop =
        RandomResizedCropTest.crop(
            "min_area: 0.2 max_area: 1 min_aspect: 0.75 max_aspect: " + 4 / 3.0);
    var resampler = new Resampler(32, 32);
    int read = 0;
    var rows = manifest(folder);
    for (int channels : new int[] {1, 3}) {
      try (var decoder = new Decoder(channels)) {
        for (var row : rows) {
          try {
            var bytes = Files.readAllBytes(folder.resolve(row.get(0)));
            var header = ImageHeader.read(bytes);
            var framing = crop.frame(header.height(), header.width(), new SplittableRandom(1));
            var region = decoder.decode(bytes, header, framing.box());
            var image = resampler.resample(region.image(), region.box(), framing);
            assertThat(image.pixels()).hasSize(32 * 32 * channels);
            read++;
          } catch (UnreadableImageException e) {
            assertThat(e).as(row.get(0)).message().isNotBlank();
          }
        }
      }
    }
    assertThat(read).isBetween(rows.size(), 2 * rows.size());
  }

  private static List<List<String>> manifest(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("MANIFEST.tsv")).stream()
        .skip(1)
        .map(Splitter.on('\t')::splitToList)
        .toList();
  }

  private static double mean(Image image, int channel) {
    double sum = 0;
    for (int i = channel; i < image.pixels().length; i += 3) {
      sum += image.pixels()[i] & 0xff;
    }
    return sum / (image.height() * image.width());
  }
}
