package org.maejava.eval.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.maejava.config.TrainingLength;
import org.maejava.data.DataPlan;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Image;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.Source;
import org.maejava.eval.recipe.Recipes;
import org.maejava.proto.DataDescription;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.TrainingConfig;
import org.maejava.words.Counted;

/**
 * What is no mistake and may yet not be what was meant: images far from those that a recipe is for,
 * too few of them, classes without images. It is said before a run begins; refused is only a recipe
 * that nobody asked for.
 */
public final class Misfits {

  private static final int LOOKED_AT = 16;

  /** Images smaller than this share of the recipe's are mostly made up when they are enlarged. */
  private static final double SMALL = 0.6;

  /** Of images larger than this many of the recipe's, little is left. */
  private static final double LARGE = 8;

  /**
   * Of the demo's recipe a linear probe with 1,000 labels got 71.0, 70.8, 73.8, 74.9 and 80.4 %
   * right after 10,000, 30,000, 100,000, 250,000 and 500,000 image passes.
   */
  private static final long FEW_PASSES = 100_000;

  /** The demo's. */
  private static final long USUAL_PASSES = 500_000;

  /** Of fewer images no number of epochs makes a pre-training. */
  private static final int FEW_IMAGES = 200;

  private static final int NAMED = 5;
  private static final int FAMILIES = 2;

  private Misfits() {}

  /**
   * In sentences.
   *
   * @param experiment for as many images, see {@link TrainingLength#forImages}
   */
  static List<String> of(Experiment experiment, Source training, DataDescription data) {
    var said = new ArrayList<String>();
    ofImages(experiment.getModel(), training).ifPresent(said::add);
    if (experiment.hasPretraining()) {
      tooFew(experiment.getTraining(), training).ifPresent(said::add);
    } else {
      without(data, data.getTrainingPerClassList(), "training", "cannot be learned")
          .ifPresent(said::add);
      without(data, data.getEvaluationPerClassList(), "evaluation", "are not in the accuracy")
          .ifPresent(said::add);
    }
    return said;
  }

  /** That images are far from those that a model is for, in a sentence; empty: they are not. */
  public static Optional<String> ofImages(ModelConfig model, Source training) {
    return look(training).flatMap(seen -> farFrom(model, seen));
  }

  /**
   * Accepts images for a recipe that nobody named.
   *
   * @param recipe its name
   * @throws IllegalArgumentException if they are far from those that it is for
   */
  static void requireFit(String recipe, Experiment experiment, Source training) {
    ofImages(experiment.getModel(), training)
        .ifPresent(
            far -> {
              throw new IllegalArgumentException(
                  "without --recipe this is %s, but %s (--recipe %s trains it all the same)"
                      .formatted(recipe, far, recipe.replaceFirst("/.*", "")));
            });
  }

  private static Optional<String> tooFew(TrainingConfig training, Source source) {
    int images = source.size();
    int updates = DataPlan.updatesPerEpoch(source, training);
    if (updates == 0) {
      return Optional.empty();
    }
    long ofEpoch = updates * TrainingLength.imagesOfAnUpdate(training);
    long passes = training.getEpochs() * ofEpoch;
    boolean fewPasses = training.getEpochs() < Math.round((double) FEW_PASSES / ofEpoch);
    if (!fewPasses && images >= FEW_IMAGES) {
      return Optional.empty();
    }
    if (!fewPasses) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s pass by %,d times each: from so few pre-training learns little, and weights that were trained on others are worth more; %s a first look",
              Counted.of(images, "image"),
              passes / images,
              Counted.of(Math.max(1, FEW_PASSES / ofEpoch / 10), "epoch is", "epochs are")));
    }
    long enough = Math.round((double) USUAL_PASSES / ofEpoch);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s, %s of %s of %,d: %s too few for pre-training to learn much (the demo takes 500,000, tiny-64 is made for 720,000); %s",
            Counted.of(images, "image"),
            Counted.of(training.getEpochs(), "epoch"),
            Counted.of(updates, "update"),
            TrainingLength.imagesOfAnUpdate(training),
            Counted.of(passes, "image pass is", "image passes are"),
            images < FEW_IMAGES
                ? "so few images want weights that were trained on others"
                : "give it more images, or " + Counted.of(enough, "epoch")));
  }

  private static Optional<String> without(
      DataDescription data, List<Integer> counts, String half, String consequence) {
    var empty =
        IntStream.range(0, counts.size())
            .filter(label -> counts.get(label) == 0)
            .mapToObj(data::getClasses)
            .toList();
    return empty.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %s have no %s image and %s: %s%s",
                empty.size(),
                Counted.of(counts.size(), "class"),
                half,
                consequence,
                String.join(", ", empty.subList(0, Math.min(NAMED, empty.size()))),
                empty.size() > NAMED ? ", …" : ""));
  }

  /** Images as they are: the middle one's sides, and whether all are grey. */
  private record Seen(int height, int width, boolean grey) {

    /** The shorter side as a multiple of a model's. */
    double relativeTo(ModelConfig model) {
      var image = model.getImage();
      return (double) Math.min(height, width) / Math.min(image.getHeight(), image.getWidth());
    }

    boolean fits(ModelConfig model) {
      double relative = relativeTo(model);
      return relative >= SMALL
          && relative <= LARGE
          && grey == (model.getImage().getChannels() == 1);
    }
  }

  private static Optional<Seen> look(Source source) {
    var images = new ArrayList<Image>();
    int count = Math.min(LOOKED_AT, source.size());
    try (var decoder = new Decoder(3)) {
      for (int i = 0; i < count; i++) {
        try {
          images.add(source.get((int) ((long) i * source.size() / count)).decoded(decoder));
        } catch (UnreadableImageException e) {
          // The run counts and names it.
        }
      }
    }
    images.sort(Comparator.comparingInt(image -> Math.min(image.height(), image.width())));
    return images.isEmpty()
        ? Optional.empty()
        : Optional.of(images.get(images.size() / 2))
            .map(
                middle ->
                    new Seen(
                        middle.height(),
                        middle.width(),
                        images.stream().allMatch(Misfits::isGrey)));
  }

  private static boolean isGrey(Image image) {
    var pixels = image.pixels();
    for (int i = 0; i < pixels.length; i += 3) {
      if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> farFrom(ModelConfig model, Seen seen) {
    var problems = new ArrayList<String>();
    double relative = seen.relativeTo(model);
    boolean greyModel = model.getImage().getChannels() == 1;
    if (relative < SMALL) {
      problems.add("enlarging adds no detail and costs time");
    } else if (relative > LARGE) {
      problems.add("little of their detail is left");
    }
    if (seen.grey() && !greyModel) {
      problems.add("three equal channels cost more than one");
    } else if (!seen.grey() && greyModel) {
      problems.add("their colours are lost");
    }
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    var families = familiesFor(seen);
    return Optional.of(
        "the images are %s (%d x %d or so) and the recipe's %s (%d x %d): %s%s"
            .formatted(
                seen.grey() ? "grey" : "in colour",
                seen.width(),
                seen.height(),
                greyModel ? "grey" : "in colour",
                model.getImage().getWidth(),
                model.getImage().getHeight(),
                String.join("; ", problems),
                families.isEmpty()
                    ? ""
                    : "; for such images there is --recipe " + String.join(" or ", families)));
  }

  private static List<String> familiesFor(Seen seen) {
    record Family(String name, ModelConfig model) {}
    return Recipes.families().stream()
        .map(name -> new Family(name, Recipes.load(name, "pretrain", List.of()).getModel()))
        .filter(family -> seen.fits(family.model()))
        .sorted(
            Comparator.comparingDouble(
                family -> Math.abs(Math.log(seen.relativeTo(family.model())))))
        .limit(FAMILIES)
        .map(Family::name)
        .toList();
  }
}
