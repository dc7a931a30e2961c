package org.maejava.eval.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.maejava.data.corrupt.Corruption;
import org.maejava.data.image.Image;
import org.maejava.data.source.Example;
import org.maejava.data.source.Nothing;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.ModelPass;
import org.maejava.eval.proto.CorruptionErrors;
import org.maejava.eval.proto.RobustnessRecord;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.UnreadableImage;
import org.maejava.random.Draws;
import org.maejava.words.Counted;

/**
 * A classifier's errors on images as they are and with every {@link Corruption}: each image is read
 * and framed once, then made worse in the size that the classifier takes, as in ImageNet-C.
 *
 * @param images that could be read
 * @param clean wrong answers on images as they are
 * @param wrong for each kind and severity
 * @param unreadable images left out
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Robustness(int images, int clean, int[][] wrong, List<UnreadableImage> unreadable) {

  private static final Corruption[] KINDS = Corruption.values();

  /**
   * Judges the labelled images of a source.
   *
   * @param seed of what corruptions draw
   * @param workers threads that decode and make worse
   * @param progress told the number of images tried
   * @param stop asked after every batch
   * @throws StoppedException if that says so
   */
  public static Robustness of(
      OpenClassifier classifier,
      Source source,
      long seed,
      int workers,
      IntConsumer progress,
      BooleanSupplier stop)
      throws IOException {
    var variants = new Variants(classifier, new Draws(seed));
    var wrong = new int[KINDS.length][Corruption.SEVERITIES];
    var unreadable = new ArrayList<UnreadableImage>();
    // Images, and how many of them as they are were answered wrongly.
    var counted = new int[2];
    var pass =
        new ModelPass<>(
            new ImageSet("", source, new Nothing("")),
            classifier.images(),
            variants::answers,
            workers);
    boolean whole =
        pass.run(
            0,
            batch -> {
              for (var item : batch.items()) {
                int label = source.label(item.index());
                if (label != Example.UNLABELLED) {
                  counted[0]++;
                  counted[1] += item.answer()[0] == label ? 0 : 1;
                  count(item.answer(), label, wrong);
                }
              }
              unreadable.addAll(batch.unreadable());
              progress.accept(batch.done());
              return !stop.getAsBoolean() || batch.done() == source.size();
            });
    if (!whole) {
      throw new StoppedException(
          String.format(
              Locale.ROOT, "after %,d of %s", counted[0], Counted.of(source.size(), "image")));
    }
    return new Robustness(counted[0], counted[1], wrong, unreadable);
  }

  private static void count(int[] answers, int label, int[][] wrong) {
    for (int kind = 0; kind < KINDS.length; kind++) {
      for (int s = 0; s < Corruption.SEVERITIES; s++) {
        wrong[kind][s] += answers[1 + kind * Corruption.SEVERITIES + s] == label ? 0 : 1;
      }
    }
  }

  /** The image as it is, then every kind in every severity. */
  private static final class Variants {
    private final OpenClassifier classifier;
    private final Draws draws;
    private int before;

    Variants(OpenClassifier classifier, Draws draws) {
      this.classifier = classifier;
      this.draws = draws;
    }

    /** For each image the answers to all its variants. */
    List<int[]> answers(float[][] pixels) {
      var answers = new int[pixels.length][1 + KINDS.length * Corruption.SEVERITIES];
      put(answers, 0, pixels);
      var images = Arrays.stream(pixels).map(this::image).toArray(Image[]::new);
      for (int kind = 0; kind < KINDS.length; kind++) {
        for (int severity = 1; severity <= Corruption.SEVERITIES; severity++) {
          put(
              answers,
              kind * Corruption.SEVERITIES + severity,
              worse(images, KINDS[kind], severity));
        }
      }
      before += pixels.length;
      return Arrays.asList(answers);
    }

    private float[][] worse(Image[] images, Corruption kind, int severity) {
      return IntStream.range(0, images.length)
          .parallel()
          .mapToObj(
              i -> {
                // The same draws for all severities: a noise grows, a direction stays.
                var random = draws.at("corruption " + kind.title(), before + i);
                return values(kind.apply(images[i], severity, random));
              })
          .toArray(float[][]::new);
    }

    private void put(int[][] answers, int variant, float[][] pixels) {
      var logits = classifier.logits().apply(pixels);
      for (int i = 0; i < logits.length; i++) {
        answers[i][variant] = Calibrations.answer(logits[i]);
      }
    }

    private Image image(float[] pixels) {
      var shape = classifier.images().shape();
      var bytes = new byte[pixels.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.round(255 * pixels[i]);
      }
      return new Image(shape.getHeight(), shape.getWidth(), shape.getChannels(), bytes);
    }

    private static float[] values(Image image) {
      var values = new float[image.pixels().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (image.pixels()[i] & 0xff) / 255f;
      }
      return values;
    }
  }

  private double error(int kind, int severity) {
    return (double) wrong[kind][severity] / images;
  }

  /** The record, without model and data; images there are. */
  public RobustnessRecord.Builder record() {
    var record =
        RobustnessRecord.newBuilder()
            .setImages(images)
            .setCleanError((double) clean / images)
            .addAllUnreadable(unreadable);
    double sum = 0;
    for (int kind = 0; kind < KINDS.length; kind++) {
      var errors = CorruptionErrors.newBuilder().setKind(KINDS[kind].title());
      double mean = 0;
      for (int s = 0; s < Corruption.SEVERITIES; s++) {
        errors.addErrors(error(kind, s));
        mean += error(kind, s) / Corruption.SEVERITIES;
      }
      sum += mean;
      record.addKinds(errors.setMeanError(mean));
    }
    return record.setMeanCorruptionError(sum / KINDS.length);
  }

  /**
   * Adds what a reference makes of the same images.
   *
   * @throws IllegalArgumentException if it is never wrong on a kind: nothing can be relative to
   *     that
   */
  public static void relate(RobustnessRecord.Builder record, RobustnessRecord reference) {
    double sum = 0;
    for (int kind = 0; kind < KINDS.length; kind++) {
      var other = reference.getKinds(kind);
      if (other.getMeanError() == 0) {
        throw new IllegalArgumentException(
            "the reference makes no error with %s, to which others could be relative"
                .formatted(other.getKind()));
      }
      record.getKindsBuilder(kind).addAllReferenceErrors(other.getErrorsList());
      sum += record.getKinds(kind).getMeanError() / other.getMeanError();
    }
    record.setRelativeMeanCorruptionError(sum / KINDS.length);
  }
}
