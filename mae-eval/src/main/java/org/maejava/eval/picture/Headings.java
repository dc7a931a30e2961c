package org.maejava.eval.picture;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.LineBreakMeasurer;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;
import java.text.AttributedString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Words above the columns of a picture. A Java without a font leaves them out: what a picture shows
 * is said beside it too.
 */
final class Headings {

  /** Read on white and on the dark of a page alike: a contrast of 4 to either. */
  private static final Color GREY = new Color(0x78828E);

  /** Letters as high as this share of a column is wide, in pixels. */
  private static final float SIZE = 0.14f;

  private static final float SMALLEST = 9;

  /** A column that any letter fits into. */
  private static final int WIDE = 100;

  /** Letters may lean over their own place by so many pixels. */
  private static final int LEAN = 1;

  private Headings() {}

  /** Whether there is anything to write with. */
  static boolean canBeWritten() {
    return strip(WIDE, 0, List.of("a")).isPresent();
  }

  /**
   * A strip as wide as a picture with a heading above each of its columns, which stand on its lower
   * edge; long ones have several lines.
   *
   * @param width of the picture, pixels
   * @param gap between columns, pixels
   * @param headings one for each column
   * @return empty if there is nothing to write with
   */
  static Optional<BufferedImage> strip(int width, int gap, List<String> headings) {
    int column = (width + gap) / headings.size() - gap;
    try {
      var size = Math.max(SMALLEST, SIZE * column);
      var columns = headings.stream().map(heading -> lines(heading, size, column)).toList();
      int height = columns.stream().mapToInt(Headings::height).max().orElse(0);
      var strip = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
      var graphics = strip.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(GREY);
      for (int i = 0; i < columns.size(); i++) {
        draw(columns.get(i), graphics, i * (column + gap), height);
      }
      graphics.dispose();
      return Optional.of(strip);
    } catch (RuntimeException | InternalError | LinkageError | AWTError e) {
      // What Java throws where no font or no font library is installed differs by release.
      return Optional.empty();
    }
  }

  private static List<TextLayout> lines(String heading, float size, int width) {
    var text =
        new AttributedString(
            heading, Map.of(TextAttribute.FAMILY, Font.SANS_SERIF, TextAttribute.SIZE, size));
    var measurer =
        new LineBreakMeasurer(text.getIterator(), new FontRenderContext(null, true, false));
    var lines = new ArrayList<TextLayout>();
    while (measurer.getPosition() < heading.length()) {
      lines.add(measurer.nextLayout(width - 2 * LEAN));
    }
    return lines;
  }

  private static int height(List<TextLayout> lines) {
    double sum = 0;
    for (var line : lines) {
      sum += height(line);
    }
    return (int) Math.ceil(sum);
  }

  private static float height(TextLayout line) {
    return line.getAscent() + line.getDescent() + line.getLeading();
  }

  private static void draw(List<TextLayout> lines, Graphics2D graphics, int x, int bottom) {
    float y = bottom - height(lines);
    for (var line : lines) {
      line.draw(graphics, x + LEAN, y + line.getAscent());
      y += height(line);
    }
  }
}
