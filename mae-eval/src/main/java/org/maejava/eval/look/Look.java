package org.maejava.eval.look;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.picture.Picture;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.ReconstructionGallery;
import org.maejava.eval.picture.Spread;
import org.maejava.eval.picture.Thumbnails;
import org.maejava.eval.proto.FeatureMap;
import org.maejava.eval.proto.FeaturePoint;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.weights.WeightSource;

/**
 * A look at a trained model through some of its evaluation images: what it rebuilds, what it looks
 * at, which images it holds for alike, and where its features lie.
 *
 * @param galleries pictures
 * @param featureMap empty where there are too few images, or no encoder
 */
public record Look(List<Gallery> galleries, Optional<FeatureMap> featureMap) {

  /** At most so many images are encoded: a report is to be there soon after its run. */
  private static final int ENCODED = 500;

  private static final int FEWEST_MAPPED = 3;
  private static final int ATTENTIVE = 5;
  private static final int QUERIES = 5;
  private static final int NEIGHBOURS = 5;

  /** Nothing to see. */
  public static Look nothing() {
    return new Look(List.of(), Optional.empty());
  }

  /**
   * Looks.
   *
   * @param experiment that trained the weights
   * @param data whose evaluation half is looked at; the training half where there is none
   * @param stop asked now and then
   * @throws org.maejava.eval.run.StoppedException if that says so
   */
  public static Look of(
      Experiment experiment,
      WeightSource weights,
      ImageSet data,
      Machine machine,
      BooleanSupplier stop) {
    var source = data.evaluation().size() > 0 ? data.evaluation() : data.training();
    var galleries = new ArrayList<Gallery>();
    try {
      if (experiment.hasPretraining()) {
        galleries.add(ReconstructionGallery.of(experiment, weights, source, machine));
      }
      var few = Spread.over(source, ENCODED);
      var features = EncodedImages.of(experiment, weights, few, machine, stop);
      if (features.isEmpty() || features.get().rows().isEmpty()) {
        return new Look(galleries, Optional.empty());
      }
      var looking = new Looking(experiment, few, features.get().rows(), machine);
      galleries.add(looking.attention());
      if (features.get().rows().size() > NEIGHBOURS) {
        galleries.add(looking.neighbours());
      }
      return new Look(galleries, looking.map());
    } catch (DataException e) {
      // None of a few images can be read; the run's own record names them.
      return new Look(galleries, Optional.empty());
    }
  }

  /** The first reconstruction among pictures. */
  public static Optional<Picture> reconstruction(List<Gallery> galleries) {
    return galleries.stream()
        .filter(gallery -> gallery.heading().equals(ReconstructionGallery.HEADING))
        .flatMap(gallery -> gallery.pictures().stream())
        .findFirst();
  }

  private record Looking(
      Experiment experiment, Source few, List<EncodedImages.Row> rows, Machine machine) {

    Gallery attention() {
      var shown = spread(ATTENTIVE);
      var pixels = pixels(shown);
      var grid = PatchGrid.of(experiment.getModel());
      var sheet = new ArrayList<BufferedImage>();
      for (var row : shown) {
        if (pixels.containsKey(row.index())) {
          sheet.add(AttentionMaps.row(pixels.get(row.index()), row.attention(), grid));
        }
      }
      var columns = AttentionMaps.columns(shown.get(0).attention().length);
      return new Gallery(
          "Attention",
          "What the class token looks at in the encoder's last block, by patch; each map from nothing"
              + " (dark) to its own largest weight (bright).",
          Gallery.Kind.SHEETS,
          List.of(Picture.of("", Pictures.captionOf(columns), Pictures.sheet(sheet, 1, columns))));
    }

    Gallery neighbours() {
      var pictures = new ArrayList<Picture>();
      var shown = new ArrayList<EncodedImages.Row>();
      var captions = new ArrayList<String>();
      for (var query : spread(QUERIES)) {
        shown.add(query);
        captions.add(className(query).isEmpty() ? query.name() : className(query));
        for (var near : nearest(query)) {
          shown.add(near);
          captions.add(
              (className(near) + String.format(Locale.ROOT, " %.3f", cosine(query, near))).strip());
        }
      }
      var pixels = pixels(shown);
      for (int i = 0; i < shown.size(); i++) {
        var row = shown.get(i);
        if (pixels.containsKey(row.index())) {
          pictures.add(
              Picture.of(row.name(), captions.get(i), Pictures.one(pixels.get(row.index()))));
        }
      }
      return new Gallery(
          "Neighbours in feature space",
          "First of each row an image, then the %d of %,d evaluation images whose features are most like its, with the cosine between them. Labels had no part in it%s."
              .formatted(
                  NEIGHBOURS,
                  rows.size(),
                  experiment.hasPretraining() ? "" : " beyond the training"),
          Gallery.Kind.ROWS,
          pictures);
    }

    private List<EncodedImages.Row> nearest(EncodedImages.Row query) {
      return rows.stream()
          .filter(row -> row.index() != query.index())
          .sorted(Comparator.comparingDouble((EncodedImages.Row row) -> -cosine(query, row)))
          .limit(NEIGHBOURS)
          .toList();
    }

    private static double cosine(EncodedImages.Row a, EncodedImages.Row b) {
      double product = 0;
      double lengthOfA = 0;
      double lengthOfB = 0;
      for (int i = 0; i < a.values().length; i++) {
        product += (double) a.values()[i] * b.values()[i];
        lengthOfA += (double) a.values()[i] * a.values()[i];
        lengthOfB += (double) b.values()[i] * b.values()[i];
      }
      return product / Math.max(1e-30, Math.sqrt(lengthOfA * lengthOfB));
    }

    Optional<FeatureMap> map() {
      if (rows.size() < FEWEST_MAPPED) {
        return Optional.empty();
      }
      var components =
          PrincipalComponents.of(
              rows.stream().map(EncodedImages.Row::values).toArray(float[][]::new));
      var map =
          FeatureMap.newBuilder()
              .setFirstShare(components.firstShare())
              .setSecondShare(components.secondShare())
              .addAllClasses(few.classes());
      for (int i = 0; i < rows.size(); i++) {
        var point =
            FeaturePoint.newBuilder()
                .setImage(rows.get(i).name())
                .setX(components.points()[i][0])
                .setY(components.points()[i][1]);
        if (rows.get(i).label() != Example.UNLABELLED) {
          point.setLabel(rows.get(i).label());
        }
        map.addPoints(point);
      }
      return Optional.of(map.build());
    }

    /** Some rows, of every class as many as of others. */
    private List<EncodedImages.Row> spread(int count) {
      var read = few.subset(rows.stream().mapToInt(EncodedImages.Row::index).toArray());
      var some = Spread.over(read, count);
      var found = new ArrayList<EncodedImages.Row>();
      int next = 0;
      for (int i = 0; i < some.size(); i++) {
        next = Spread.indexOf(some.get(i).name(), read, next);
        found.add(rows.get(next++));
      }
      return found;
    }

    private Map<Integer, float[][][]> pixels(List<EncodedImages.Row> shown) {
      return Thumbnails.of(
          experiment, few, shown.stream().map(EncodedImages.Row::index).toList(), machine);
    }

    private String className(EncodedImages.Row row) {
      return row.label() == Example.UNLABELLED ? "" : few.classes().get(row.label());
    }
  }
}
