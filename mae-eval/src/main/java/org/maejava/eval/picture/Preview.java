package org.maejava.eval.picture;

import static java.util.Objects.requireNonNull;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.image.Box;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Decoding;
import org.maejava.data.image.Framing;
import org.maejava.data.image.Image;
import org.maejava.data.image.Resampler;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Task;
import org.maejava.model.Masking;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;

/**
 * What training makes of a few images of a source: for each a row of the image as it is and of
 * several draws of crops and augmentation, as the network gets them, and for pre-training the last
 * of them masked.
 *
 * @param sheet the rows
 * @param names of the images, row by row
 */
public record Preview(BufferedImage sheet, List<String> names) {

  /**
   * Draws a preview.
   *
   * @param count rows at most: images spread evenly over the source, unreadable ones left out
   * @param draws of each
   * @throws DataException if none of the images can be read
   */
  public static Preview of(
      Experiment experiment, Source source, int count, int draws, Machine machine) {
    return new Drawing(experiment, machine).preview(Spread.over(source, count), draws);
  }

  private static final class Drawing {
    private final Experiment experiment;
    private final Machine machine;
    private final PatchGrid grid;

    Drawing(Experiment experiment, Machine machine) {
      this.experiment = experiment;
      this.machine = machine;
      grid = PatchGrid.of(experiment.getModel());
    }

    Preview preview(Source few, int draws) {
      Map<String, List<BufferedImage>> rows = new LinkedHashMap<>();
      var readable = originals(few, rows);
      try (var batches = batches(readable).open()) {
        for (int draw = 0; draw < draws; draw++) {
          try (var batch = batches.next()) {
            add(batch, draw == draws - 1, rows);
          }
        }
      }
      var pictures = rows.values().stream().map(Pictures::beside).toList();
      int columns = rows.values().iterator().next().size();
      return new Preview(
          Pictures.sheet(pictures, 1, headings(draws, columns)), List.copyOf(rows.keySet()));
    }

    private static List<String> headings(int draws, int columns) {
      var headings = new ArrayList<>(List.of("image"));
      for (int draw = 1; draw <= draws; draw++) {
        headings.add("draw " + draw);
      }
      if (columns > headings.size()) {
        headings.add("draw %d, masked".formatted(draws));
      }
      return headings;
    }

    /** The images as they are, in {@code rows}; those that could be read. */
    private Source originals(Source few, Map<String, List<BufferedImage>> rows) {
      var indices = new ArrayList<Integer>();
      var reasons = new ArrayList<String>();
      try (var decoder = new Decoder(grid.channels(), Decoding.of(experiment.getData()))) {
        for (int i = 0; i < few.size(); i++) {
          var example = few.get(i);
          try {
            var row = new ArrayList<BufferedImage>();
            row.add(Pictures.one(fitted(example.decoded(decoder))));
            rows.put(example.name(), row);
            indices.add(i);
          } catch (UnreadableImageException e) {
            reasons.add(example.name() + ": " + e.reason());
          }
        }
      }
      if (indices.isEmpty()) {
        throw new DataException("none of the images can be read: " + String.join("; ", reasons));
      }
      return few.subset(indices.stream().mapToInt(i -> i).toArray());
    }

    /** The whole image within the input's size, white beside it. */
    private float[][][] fitted(Image image) {
      double scale =
          Math.min((double) grid.height() / image.height(), (double) grid.width() / image.width());
      int height = Math.max(1, (int) Math.floor(scale * image.height()));
      int width = Math.max(1, (int) Math.floor(scale * image.width()));
      var box = Box.whole(image.height(), image.width());
      var small =
          new Resampler(height, width).resample(image, box, new Framing(box, height, width, 0, 0));
      var pixels = new float[grid.height()][grid.width()][grid.channels()];
      for (int y = 0; y < grid.height(); y++) {
        for (int x = 0; x < grid.width(); x++) {
          for (int c = 0; c < grid.channels(); c++) {
            pixels[y][x][c] =
                y < height && x < width
                    ? (small.pixels()[(y * width + x) * grid.channels() + c] & 0xff) / 255f
                    : 1;
          }
        }
      }
      return pixels;
    }

    private Dataset<Batch> batches(Source readable) {
      var plan =
          new DataPlan(
              experiment.getData(),
              experiment.getModel(),
              experiment.getTraining().getSeed(),
              machine.threads());
      var data = new ImageSet("", readable, readable);
      return Task.of(experiment, readable.classes().size()).batches(plan, data, readable.size());
    }

    private void add(Batch batch, boolean last, Map<String, List<BufferedImage>> rows) {
      var shown = new ShownImages(experiment.getData());
      var images = batch.floats(Batch.IMAGES);
      for (int i = 0; i < batch.size(); i++) {
        row(batch, i, rows).add(Pictures.one(shown.shown(images, i)));
      }
      if (last && batch.tensors().containsKey(Batch.NOISE)) {
        addMasked(batch, rows);
      }
    }

    private static List<BufferedImage> row(
        Batch batch, int image, Map<String, List<BufferedImage>> rows) {
      return requireNonNull(rows.get(batch.names().get(image)));
    }

    /** The last draw once more, with the patches hidden that pre-training hides. */
    private void addMasked(Batch batch, Map<String, List<BufferedImage>> rows) {
      try (var session = EagerSession.create()) {
        var tf = Ops.create(session);
        var noise = tf.constantOf(batch.floats(Batch.NOISE));
        int visible = grid.visibleCount(experiment.getModel().getMaskRatio());
        var mask = Masking.lowest(tf, noise, grid.count(), visible).mask(tf).asTensor();
        var shown = new ShownImages(experiment.getData());
        for (int i = 0; i < batch.size(); i++) {
          var pixels = shown.shown(batch.floats(Batch.IMAGES), i);
          row(batch, i, rows).add(Pictures.masked(pixels, Pictures.hidden(mask, i), grid));
        }
      }
    }
  }
}
