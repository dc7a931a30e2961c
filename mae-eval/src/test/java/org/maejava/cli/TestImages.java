package org.maejava.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.maejava.random.Draws;

/** Small photographs of two kinds of thing: horizontal and vertical stripes, in drawn colours. */
final class TestImages {

  private TestImages() {}

  /** {@code train} and {@code val} with the classes {@code lying} and {@code standing}. */
  static Path labelled(Path folder, int perClass) throws IOException {
    return labelled(folder, perClass, perClass);
  }

  /** As above, with other numbers of each class in the two halves. */
  static Path labelled(Path folder, int training, int evaluation) throws IOException {
    for (var half : new String[] {"train", "val"}) {
      int perClass = half.equals("train") ? training : evaluation;
      for (var kind : new String[] {"lying", "standing"}) {
        write(folder.resolve(half).resolve(kind), perClass, kind.equals("lying"), half);
      }
    }
    return folder;
  }

  /**
   * Scenes with label maps: above lying stripes, below standing ones, the border between ignored.
   */
  static Path scenes(Path folder, int count) throws IOException {
    for (var half : new String[] {"train", "val"}) {
      var images = Files.createDirectories(folder.resolve(half).resolve("images"));
      var labels = Files.createDirectories(folder.resolve(half).resolve("labels"));
      for (int i = 0; i < count; i++) {
        var random = new Draws(8).at(half, i);
        int height = 48 + random.nextInt(32);
        int border = height / 4 + random.nextInt(height / 2);
        var image = new BufferedImage(64, height, BufferedImage.TYPE_INT_RGB);
        var map = new BufferedImage(64, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < 64; x++) {
            boolean above = y < border;
            image.setRGB(x, y, (above ? y : x) % 8 < 4 ? 0xe0c040 : 0x204080);
            map.getRaster().setSample(x, y, 0, y == border ? 255 : above ? 0 : 1);
          }
        }
        ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        ImageIO.write(map, "png", labels.resolve(i + ".png").toFile());
      }
    }
    return folder;
  }

  /** Images in one folder. */
  static void write(Path folder, int count, boolean lying, String salt) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      var random = new Draws(7).at(salt + lying, i);
      var file = folder.resolve("%03d.jpg".formatted(i));
      ImageIO.write(stripes(random, lying), "jpg", file.toFile());
    }
  }

  private static BufferedImage stripes(RandomGenerator random, boolean lying) {
    int width = 40 + random.nextInt(40);
    int height = 40 + random.nextInt(40);
    int period = 6 + random.nextInt(8);
    int colour = random.nextInt(1 << 24);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (lying ? y : x) % period < period / 2 ? colour : ~colour);
      }
    }
    return image;
  }
}
