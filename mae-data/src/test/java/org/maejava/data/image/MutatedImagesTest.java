package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.maejava.data.Pictures;
import org.maejava.random.Mutations;

/** Mutated images of every format that can be written here are decoded or refused with a reason. */
class MutatedImagesTest {

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

  @Test
  @Timeout(1800)
  void areDecodedOrRefused() throws IOException {
    var images = images();
    var random = new SplittableRandom(13);
    int decoded = 0;
    int count = Mutations.count(20_000, 700);
    try (var decoder = new Decoder(3)) {
      for (int i = 0; i < count; i++) {
        var image = images.get(i % images.size());
        var mutated = i % 7 == 0 ? Mutations.cut(image, random) : Mutations.changed(image, random);
        try {
          var header = decoder.header(mutated);
          var whole = decoder.decode(mutated);
          assertThat(List.of(whole.height(), whole.width()))
              .isEqualTo(List.of(header.height(), header.width()));
          decoded++;
        } catch (UnreadableImageException e) {
          assertThat(e.reason()).as("mutation %s", i).isNotBlank();
        }
      }
    }
    assertThat(decoded).isBetween(count / 20, count - count / 20);
  }
}
