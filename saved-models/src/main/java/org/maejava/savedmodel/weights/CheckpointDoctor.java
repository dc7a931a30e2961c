package org.maejava.savedmodel.weights;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Experiment;
import org.maejava.proto.FeatureNorm;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.PretrainingTask;
import org.maejava.savedmodel.weights.WeightsInspection.Kind;
import org.maejava.weights.KeyDiff;

/** Compares what a file has with what its network must have, and tells what can be done with it. */
final class CheckpointDoctor {

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_DEVIATION = List.of(0.229, 0.224, 0.225);

  /** The published evaluation keeps 224 of 256 pixels, and all of larger images. */
  private static final double PUBLISHED_CROP = 0.875;

  private static final int PUBLISHED_SIDE = 224;

  private static final Set<String> ROUNDED = ImmutableSet.of("F64", "I64", "I32", "U64", "U32");

  private static final String LICENCE =
      "These weights have the shape of those that the paper's authors published under CC-BY-NC 4.0"
          + " (attribution, no commercial use; copies elsewhere may name another licence). If they"
          + " are those, or were trained from them, that licence applies to them and to what you"
          + " make of them.";

  private final String path;
  private final TensorFile file;
  private final ForeignNames names;
  private final Map<String, List<Integer>> shapes;
  private final HubConfig hub;
  private final Geometry geometry;
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshapen = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final List<String> obstacles = new ArrayList<>();
  private final List<String> assumed = new ArrayList<>();

  private CheckpointDoctor(
      String path,
      TensorFile file,
      ForeignNames names,
      Map<String, List<Integer>> shapes,
      HubConfig hub,
      Geometry geometry) {
    this.path = path;
    this.file = file;
    this.names = names;
    this.shapes = shapes;
    this.hub = hub;
    this.geometry = geometry;
  }

  /** Of a file with an encoder. */
  static WeightsInspection examine(
      String path,
      TensorFile file,
      ForeignNames names,
      Map<String, List<Integer>> shapes,
      HubConfig hub,
      Geometry geometry) {
    return new CheckpointDoctor(path, file, names, shapes, hub, geometry).examine();
  }

  /** Of a file without one. */
  static WeightsInspection stranger(String path, TensorFile file) {
    var all = file.shapes();
    return new WeightsInspection(
        path,
        file.format(),
        types(file),
        Strangers.describe(all),
        Optional.empty(),
        Experiment.getDefaultInstance(),
        0,
        List.of(),
        parameters(all),
        List.of(),
        List.of(),
        List.of(),
        all.keySet().stream().map(PickleGlobals::quoted).toList(),
        List.of("it has no encoder under any name that is known"),
        List.of(),
        file.notes(),
        Optional.empty());
  }

  private WeightsInspection examine() {
    obstacles.addAll(geometry.contradictions());
    assumed.addAll(geometry.assumed());
    names.incomplete().forEach(name -> obstacles.add(name + " has not all of its three parts"));
    shapes.forEach(
        (name, shape) -> {
          if (shape.contains(0)) {
            obstacles.add("%s %s is empty".formatted(name, shape));
          }
        });
    var kind = kind();
    int classes = dimension(kind == Kind.LINEAR_PROBE ? "head.1.weight" : "head.weight", 0);
    var expected = expected(kind, classes);
    if (obstacles.isEmpty()) {
      compare(expected);
    }
    readOthers();
    var experiment = experiment(kind);
    return new WeightsInspection(
        path,
        file.format(),
        types(file),
        FamilyDescription.of(names, hub, file.facts(), kind),
        Optional.of(kind),
        experiment,
        classes,
        hub.classes(classes),
        parameters(shapes),
        expected.keySet().stream()
            .filter(name -> Objects.equals(expected.get(name), shapes.get(name)))
            .toList(),
        List.copyOf(missing),
        List.copyOf(misshapen),
        List.copyOf(unexpected),
        List.copyOf(obstacles),
        List.copyOf(assumed),
        notes(),
        licence());
  }

  private Kind kind() {
    if (shapes.containsKey("head.1.weight")) {
      return Kind.LINEAR_PROBE;
    }
    if (shapes.containsKey("head.weight")) {
      return Kind.CLASSIFIER;
    }
    return geometry.hasDecoder() ? Kind.AUTOENCODER : Kind.ENCODER;
  }

  private boolean isAveraged() {
    return shapes.containsKey("fc_norm.weight");
  }

  private int dimension(String name, int axis) {
    var shape = shapes.get(name);
    return shape != null && axis < shape.size() ? shape.get(axis) : 0;
  }

  private Map<String, List<Integer>> expected(Kind kind, int classes) {
    var model = geometry.model();
    int width = model.getEncoder().getWidth();
    var expected = new LinkedHashMap<>(ExpectedShapes.encoder(model));
    boolean averaged = kind != Kind.AUTOENCODER && isAveraged();
    expected.putAll(ExpectedShapes.norm(averaged ? "fc_norm" : "norm", width));
    switch (kind) {
      case AUTOENCODER -> expected.putAll(ExpectedShapes.decoder(model));
      case CLASSIFIER -> expected.putAll(ExpectedShapes.head(width, classes, false));
      case LINEAR_PROBE -> expected.putAll(ExpectedShapes.head(width, classes, true));
      case ENCODER -> {}
    }
    return ImmutableMap.copyOf(expected);
  }

  private void compare(Map<String, List<Integer>> expected) {
    var differences = KeyDiff.between(expected, shapes);
    missing.addAll(differences.missing());
    misshapen.addAll(differences.differing());
    for (var name : differences.unexpected()) {
      if (name.endsWith("pos_embed")) {
        // Their number is unknown as long as the image's size is.
        continue;
      }
      if (name.startsWith("norm.")) {
        obstacles.add("it has both norm and fc_norm: its features are normalised twice");
      }
      unexpected.add(name + ": not part of " + kind().description());
    }
    if (hub.text("global_pool").orElse("").equals("avg")
        && !isAveraged()
        && kind() == Kind.CLASSIFIER) {
      obstacles.add("it averages tokens behind norm; only averages before fc_norm are built");
    }
  }

  private void readOthers() {
    for (var name : names.others()) {
      var unread = Unread.of(name, names);
      unexpected.add("%s: %s".formatted(PickleGlobals.quoted(name), unread.reason()));
      if (unread.obstacle() && !obstacles.contains(unread.reason())) {
        obstacles.add(unread.reason());
      }
    }
  }

  private Experiment experiment(Kind kind) {
    var experiment =
        Experiment.newBuilder().setModel(geometry.model()).setData(data(geometry.model()));
    if (kind == Kind.ENCODER || kind == Kind.AUTOENCODER) {
      return experiment.setPretraining(PretrainingTask.getDefaultInstance()).build();
    }
    var task =
        ClassificationTask.newBuilder()
            .setPooling(isAveraged() ? Pooling.AVERAGE : Pooling.CLASS_TOKEN);
    if (kind == Kind.LINEAR_PROBE) {
      task.setFeatureNorm(FeatureNorm.getDefaultInstance());
    }
    return experiment.setClassification(task).build();
  }

  private DataConfig data(ModelConfig model) {
    var data = DataConfig.newBuilder();
    int channels = model.getImage().getChannels();
    if (hub.deviation().stream().anyMatch(value -> !(value > 0) || value.isInfinite())) {
      obstacles.add("the pixels' deviation beside it is %s".formatted(hub.deviation()));
    } else if (hub.mean().size() == channels && hub.deviation().size() == channels) {
      data.addAllMean(hub.mean()).addAllStd(hub.deviation());
    } else if (channels == IMAGENET_MEAN.size()) {
      data.addAllMean(IMAGENET_MEAN).addAllStd(IMAGENET_DEVIATION);
      assumed.add("pixels: normalised by ImageNet's mean and deviation");
    }
    boolean small = model.getImage().getHeight() <= PUBLISHED_SIDE;
    return data.setEvalCropFraction(hub.cropFraction().orElse(small ? PUBLISHED_CROP : 1)).build();
  }

  /** Of the published sizes; they cannot be told from others by more than that. */
  private Optional<String> licence() {
    var model = geometry.model();
    var encoder = model.getEncoder();
    int patch = model.getPatch().getHeight();
    boolean published =
        (encoder.getWidth() == 768 && encoder.getDepth() == 12 && patch == 16)
            || (encoder.getWidth() == 1024 && encoder.getDepth() == 24 && patch == 16)
            || (encoder.getWidth() == 1280 && encoder.getDepth() == 32 && patch == 14);
    return published && model.getImage().getHeight() == PUBLISHED_SIDE
        ? Optional.of(LICENCE)
        : Optional.empty();
  }

  private static String types(TensorFile file) {
    var counts = new TreeMap<String, Integer>();
    file.shapes().keySet().forEach(name -> counts.merge(file.type(name), 1, Integer::sum));
    return counts.size() == 1
        ? counts.firstKey()
        : counts.entrySet().stream()
            .map(type -> "%d %s".formatted(type.getValue(), type.getKey()))
            .collect(joining(", "));
  }

  /** What a file of doubles loses is said. */
  private List<String> notes() {
    var notes = new ArrayList<>(file.notes());
    long rounded =
        names.published().values().stream()
            .flatMap(List::stream)
            .filter(name -> ROUNDED.contains(file.type(name)))
            .count();
    if (rounded > 0) {
      notes.add("%d tensors have values that float32 rounds".formatted(rounded));
    }
    return List.copyOf(notes);
  }

  private static long parameters(Map<String, List<Integer>> shapes) {
    return shapes.values().stream()
        .mapToLong(shape -> shape.stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b))
        .sum();
  }
}
