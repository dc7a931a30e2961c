package org.maejava.eval.reliability;

import com.google.common.primitives.Ints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.maejava.data.source.Example;
import org.maejava.data.source.Nothing;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.ModelPass;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;

/**
 * A classifier's scores for the labelled images of a source, in order.
 *
 * @param logits {@code [N][classes]}
 * @param labels {@code [N]}, class indices
 * @param names {@code [N]}, as messages call the images
 * @param unreadable images that are not among them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Scores(
    float[][] logits, int[] labels, List<String> names, List<UnreadableImage> unreadable) {

  /**
   * Asks the classifier.
   *
   * @param workers threads that decode
   * @param progress told the number of images tried
   * @param stop asked after every batch
   * @throws StoppedException if that says so
   */
  public static Scores of(
      OpenClassifier classifier,
      Source source,
      int workers,
      IntConsumer progress,
      BooleanSupplier stop)
      throws IOException {
    var logits = new ArrayList<float[]>();
    var labels = new ArrayList<Integer>();
    var names = new ArrayList<String>();
    var unreadable = new ArrayList<UnreadableImage>();
    var pass =
        new ModelPass<>(
            new ImageSet("", source, new Nothing("")),
            classifier.images(),
            pixels -> Arrays.asList(classifier.logits().apply(pixels)),
            workers);
    boolean whole =
        pass.run(
            0,
            batch -> {
              for (var item : batch.items()) {
                if (source.label(item.index()) != Example.UNLABELLED) {
                  logits.add(item.answer());
                  labels.add(source.label(item.index()));
                  names.add(item.name());
                }
              }
              unreadable.addAll(batch.unreadable());
              progress.accept(batch.done());
              return !stop.getAsBoolean() || batch.done() == source.size();
            });
    if (!whole) {
      throw new StoppedException(
          String.format(
              Locale.ROOT, "after %,d of %s", labels.size(), Counted.of(source.size(), "image")));
    }
    return new Scores(
        logits.toArray(float[][]::new), Ints.toArray(labels), List.copyOf(names), unreadable);
  }
}
