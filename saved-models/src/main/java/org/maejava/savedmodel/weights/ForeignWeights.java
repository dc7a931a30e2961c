package org.maejava.savedmodel.weights;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.proto.RunRecord;
import org.maejava.record.OthersLicence;
import org.maejava.record.RecordFile;
import org.maejava.weights.FiniteWeights;
import org.maejava.weights.WeightSource;

/**
 * Weights that others wrote, under published names and in published shapes: a PyTorch or
 * safetensors file, several with an index, or a folder as libraries write it. What lies beside it
 * is read too: {@code config.json}, and of an export of this project its {@code record.json}, which
 * tells everything.
 *
 * <p>Opening finds out what the file is and never refuses for its names; see {@link #inspection}.
 * Tensors stay in the file, mapped, until each is asked for.
 */
public final class ForeignWeights implements WeightSource, AutoCloseable {

  /** What exports and imports call their weights. */
  private static final Set<String> EXPORTED = Set.of("model.safetensors", "weights.safetensors");

  private final TensorFile file;
  private final Map<String, List<String>> sources;
  private final Map<String, List<Integer>> shapes;
  private final boolean classRowIsMissing;
  private final WeightsInspection inspection;
  private final Optional<RunRecord> record;

  private ForeignWeights(
      TensorFile file,
      Map<String, List<String>> sources,
      Map<String, List<Integer>> shapes,
      boolean classRowIsMissing,
      WeightsInspection inspection,
      Optional<RunRecord> record) {
    this.file = file;
    this.sources = sources;
    this.shapes = shapes;
    this.classRowIsMissing = classRowIsMissing;
    this.inspection = inspection;
    this.record = record;
  }

  /** Whether a folder holds weights as libraries write them. */
  public static boolean isIn(Path folder) {
    return TensorFiles.inFolder(folder).isPresent();
  }

  /**
   * Opens and examines weights.
   *
   * @param path a file, an index of shards, or a folder
   * @throws IllegalArgumentException naming the file and what else it is
   * @throws IOException naming the file and what is wrong with it
   */
  public static ForeignWeights open(Path path) throws IOException {
    var file = opened(path);
    try {
      var names = ForeignNames.of(file.shapes().keySet());
      return names.isPresent()
          ? open(path, file, names.get())
          : new ForeignWeights(
              file,
              Map.of(),
              Map.of(),
              false,
              CheckpointDoctor.stranger(path.toString(), file),
              Optional.empty());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static TensorFile opened(Path path) throws IOException {
    try {
      return TensorFiles.open(path);
    } catch (NoWeightsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static ForeignWeights open(Path path, TensorFile file, ForeignNames names)
      throws IOException {
    var merged = merged(names, file.shapes());
    var folder = Files.isDirectory(path) ? path : path.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      folder = Path.of(".");
    }
    var hub = new HubConfig(folder);
    var geometry = new Geometry(merged, hub, file.facts(), fileName(path), names.isOfSoloLearn());
    var shapes = new LinkedHashMap<>(merged);
    if (geometry.classRowIsMissing()) {
      shapes.replaceAll((name, shape) -> isTable(name) ? withClassRow(shape) : shape);
    }
    var inspection = CheckpointDoctor.examine(path.toString(), file, names, shapes, hub, geometry);
    var recorded = isExported(path) ? RecordFile.read(folder) : Optional.<RunRecord>empty();
    var record = recorded.filter(run -> inspection.isOf(run.getExperiment()));
    return new ForeignWeights(
        file,
        names.published(),
        ImmutableMap.copyOf(shapes),
        geometry.classRowIsMissing(),
        record.isPresent()
            ? knownBy(record.get(), inspection)
            : recorded.isPresent()
                ? inspection.noted(RecordFile.NAME + " beside it is of another network")
                : inspection,
        record);
  }

  private static WeightsInspection knownBy(RunRecord record, WeightsInspection inspection) {
    return inspection.knownBy(
        record.getExperiment(), record.getData().getClassesList(), OthersLicence.noticeIn(record));
  }

  /** Whether this project may have written it, with a record of these very weights beside it. */
  private static boolean isExported(Path path) {
    return Files.isDirectory(path) || EXPORTED.contains(fileName(path));
  }

  private static String fileName(Path path) {
    return Optional.ofNullable(path.getFileName()).map(Path::toString).orElse("");
  }

  private static boolean isTable(String name) {
    return name.equals("pos_embed") || name.equals("decoder_pos_embed");
  }

  private static List<Integer> withClassRow(List<Integer> shape) {
    return shape.size() == 3 ? List.of(shape.get(0), 1 + shape.get(1), shape.get(2)) : shape;
  }

  private static Map<String, List<Integer>> merged(
      ForeignNames names, Map<String, List<Integer>> inFile) {
    var merged = new LinkedHashMap<String, List<Integer>>();
    names
        .published()
        .forEach(
            (name, parts) -> {
              var first = inFile.getOrDefault(parts.get(0), List.of());
              if (parts.size() == 1 || first.isEmpty()) {
                merged.put(name, first);
              } else {
                var shape = new ArrayList<>(first);
                shape.set(
                    0,
                    parts.stream()
                        .map(part -> inFile.getOrDefault(part, List.of()))
                        .mapToInt(part -> part.isEmpty() ? 0 : part.get(0))
                        .sum());
                merged.put(name, List.copyOf(shape));
              }
            });
    return merged;
  }

  /** What this project recorded of the weights when it exported them. */
  public Optional<RunRecord> record() {
    return record;
  }

  /** What the weights are and what can be done with them. */
  public WeightsInspection inspection() {
    return inspection;
  }

  /**
   * As {@link #inspection()}, after every value was read: one that is damaged or no number is an
   * obstacle.
   */
  public WeightsInspection inspectionOfValues() {
    var obstacles = new ArrayList<String>();
    for (var name : shapes.keySet()) {
      try {
        floats(name);
      } catch (IllegalStateException e) {
        obstacles.add(e.getMessage());
      }
    }
    return inspection.with(obstacles);
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    return shapes;
  }

  /**
   * The row-major values of one tensor, all of them numbers.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   * @throws IllegalStateException naming file and tensor, if its bytes are damaged or a value is
   *     infinite or not a number
   */
  @Override
  public float[] floats(String name) {
    var values = read(name);
    var at = FiniteWeights.firstNotFinite(values);
    if (at.isPresent()) {
      int index = at.getAsInt();
      throw new IllegalStateException(
          "%s: tensor %s holds %s at index %d of %d; such weights compute nothing"
              .formatted(inspection.path(), name, values[index], index, values.length));
    }
    return values;
  }

  private float[] read(String name) {
    var parts = sources.get(name);
    checkArgument(parts != null, "there is no tensor %s", name);
    if (parts.size() == 1 && !(classRowIsMissing && isTable(name))) {
      return file.floats(parts.get(0));
    }
    var shape = shapes.getOrDefault(name, List.of());
    var values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    int at = classRowIsMissing && isTable(name) ? shape.get(shape.size() - 1) : 0;
    for (var part : parts) {
      var some = file.floats(part);
      checkArgument(
          at + some.length <= values.length, "the parts of %s are not of one shape", name);
      System.arraycopy(some, 0, values, at, some.length);
      at += some.length;
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
