package org.maejava.eval.picture;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.maejava.proto.ImageShape;

/** One image above many, all as a model takes them. */
public final class ContactSheet {

  private static final int COLUMNS = 6;
  private static final int GAP = 8;

  private ContactSheet() {}

  /**
   * Draws the sheet.
   *
   * @param shape of every image
   * @param first alone in the first row, {@code [H·W·C]}, 0 to 1
   * @param others in rows below it, from left to right
   */
  public static BufferedImage of(ImageShape shape, float[] first, List<float[]> others) {
    var cells = new ArrayList<float[][][]>();
    cells.add(rows(shape, first));
    int columns = Math.max(1, Math.min(COLUMNS, others.size()));
    var empty = new float[shape.getHeight() * shape.getWidth() * shape.getChannels()];
    Arrays.fill(empty, 1);
    while (cells.size() < columns) {
      cells.add(rows(shape, empty));
    }
    others.forEach(values -> cells.add(rows(shape, values)));
    while (cells.size() % columns != 0) {
      cells.add(rows(shape, empty));
    }
    var pictures = new ArrayList<BufferedImage>();
    for (int row = 0; row < cells.size(); row += columns) {
      pictures.add(Pictures.row(cells.subList(row, row + columns)));
    }
    return Pictures.grid(pictures, 1, GAP);
  }

  private static float[][][] rows(ImageShape shape, float[] values) {
    int channels = shape.getChannels();
    var pixels = new float[shape.getHeight()][shape.getWidth()][channels];
    for (int i = 0; i < values.length; i++) {
      pixels[i / channels / shape.getWidth()][i / channels % shape.getWidth()][i % channels] =
          values[i];
    }
    return pixels;
  }
}
