package org.maejava.eval.run;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.maejava.eval.recipe.Recipes;
import org.maejava.model.PatchGrid;
import org.maejava.model.ResizedPositions;
import org.maejava.model.VitNames;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.RunRecord;
import org.maejava.record.OthersLicence;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.weights.ForeignWeights;
import org.maejava.savedmodel.weights.WeightsInspection;
import org.maejava.train.Checkpoint;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;

/**
 * Trained weights as {@code --weights} names them; of a checkpoint with a moving average, that.
 *
 * @param name for records and messages
 * @param file under published names
 * @param opened what is to be closed
 * @param experiment that trained them, as far as it is known: complete in a checkpoint or an
 *     exported model, without training if others trained them
 * @param record of the run or import that they came of, if this project wrote them
 * @param inspection of files that others wrote
 */
public record Weights(
    String name,
    WeightSource file,
    AutoCloseable opened,
    Optional<Experiment> experiment,
    Optional<RunRecord> record,
    Optional<WeightsInspection> inspection)
    implements AutoCloseable {

  /** What {@code --weights} takes, for messages. */
  private static final String TAKEN =
      "a run's folder, a checkpoint, an exported or imported model, or a file of PyTorch or safetensors";

  /** Whose name in a folder of this project's is no secret to its record. */
  private static final String WEIGHTS = "weights.safetensors";

  /** Recipe for what no family is near to: of the paper's, and for no size in particular. */
  private static final String ANY_FAMILY = "b16";

  /**
   * Opens a run's folder (its newest checkpoint), a checkpoint, an exported or imported model, or
   * what others wrote: see {@link ForeignWeights}.
   *
   * @throws IOException if it is damaged
   * @throws IllegalArgumentException if it is none of them, or naming what it looks like, if it is
   *     no weights of an encoder that can be built
   */
  public static Weights open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "there are no weights at %s; give %s".formatted(path, TAKEN));
    }
    if (!Files.isDirectory(path)) {
      return isWithRecord(path) ? exported(path, path.resolveSibling("")) : foreign(path);
    }
    if (Files.isRegularFile(path.resolve(WEIGHTS)) && RecordFile.read(path).isPresent()) {
      return exported(path.resolve(WEIGHTS), path);
    }
    if (!Checkpoint.isIn(path) && ForeignWeights.isIn(path)) {
      return foreign(path);
    }
    var checkpoint = checkpoint(path);
    var file = checkpoint.trained();
    // Of when these weights were written, which the run's own record may be ahead of.
    var record =
        RecordFile.read(path)
            .or(() -> runOf(checkpoint))
            .map(run -> run.toBuilder().setSteps(checkpoint.state().getStep()).build());
    return new Weights(
        checkpoint.folder().toString(),
        file,
        file,
        Optional.of(checkpoint.state().getExperiment()),
        record,
        Optional.empty());
  }

  private static boolean isWithRecord(Path file) throws IOException {
    return file.endsWith(WEIGHTS) && RecordFile.read(folderOf(file)).isPresent();
  }

  private static Path folderOf(Path file) {
    var folder = file.toAbsolutePath().getParent();
    return folder == null ? file : folder;
  }

  private static Weights exported(Path file, Path name) throws IOException {
    var record = RecordFile.read(folderOf(file)).orElseThrow();
    var opened = Safetensors.open(file);
    return new Weights(
        name.toString(),
        opened,
        opened,
        Optional.of(record.getExperiment()),
        Optional.of(record),
        Optional.empty());
  }

  private static Weights foreign(Path path) throws IOException {
    var opened = ForeignWeights.open(path);
    var inspection = opened.inspection();
    if (!inspection.usable()) {
      opened.close();
      throw new IllegalArgumentException(inspection.refusal());
    }
    return new Weights(
        path.toString(),
        opened,
        opened,
        Optional.of(inspection.experiment()),
        opened.record(),
        opened.record().isPresent() ? Optional.empty() : Optional.of(inspection));
  }

  /** That these are not from the end of their run, in a sentence; empty: not known to be so. */
  public Optional<String> unfinished() {
    return record.flatMap(run -> unfinished(name, run));
  }

  /** As {@link #unfinished()}, of weights of that name whose record is known. */
  public static Optional<String> unfinished(String name, RunRecord run) {
    return run.getSteps() < run.getTotalSteps()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s is not from the end of its run, but from step %,d of %,d",
                name,
                run.getSteps(),
                run.getTotalSteps()))
        : Optional.empty();
  }

  /** The name of the recipe that trained them; empty if it is not known. */
  public String recipe() {
    return record.map(RunRecord::getRecipe).orElse("");
  }

  /** The notice of the licence that they came with; empty if none is known. */
  public String licence() {
    return record
        .map(OthersLicence::noticeIn)
        .or(() -> inspection.flatMap(WeightsInspection::licence))
        .orElse("");
  }

  private static Checkpoint checkpoint(Path folder) throws IOException {
    if (Checkpoint.isIn(folder)) {
      return Checkpoint.open(folder);
    }
    return new RunFolder(folder)
        .latest()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    RunFolder.withoutModel(folder)
                        .orElse("%s holds no checkpoint; give %s".formatted(folder, TAKEN))));
  }

  /** The record of the run that wrote a checkpoint, if it lies where runs put it. */
  private static Optional<RunRecord> runOf(Checkpoint checkpoint) {
    try {
      return RecordFile.read(checkpoint.folder().resolve("../..").normalize());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The bundled family of recipes that these weights are of: by the name of their recipe, else by
   * their geometry.
   *
   * @param changes text-proto that may tell what the weights do not
   * @throws IllegalArgumentException if there is none: a recipe must be named
   */
  public String family(List<String> changes) {
    var told = experiment.map(known -> Recipes.changed(known, changes));
    requireTold(told);
    return knownFamily()
        .or(() -> told.flatMap(Recipes::familyOf))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is of no bundled family; name a recipe with --recipe%s"
                        .formatted(
                            name,
                            told.map(Recipes::geometryOf)
                                .map(" and give it the geometry with --set '%s'"::formatted)
                                .orElse(""))));
  }

  /** Numbers that no shape tells must not come from a recipe that was never asked about them. */
  private void requireTold(Optional<Experiment> known) {
    var untold = known.map(WeightsInspection::undetermined).orElse(List.of());
    if (!untold.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not tell %s".formatted(name, String.join("; nor ", untold)));
    }
  }

  private Optional<String> knownFamily() {
    return Recipes.familyIn(recipe()).or(() -> experiment.flatMap(Recipes::familyOf));
  }

  /**
   * The complete experiment of a pre-trained model: what trained it, or for weights of others their
   * geometry with the rest from the nearest family's recipe.
   *
   * @param named a recipe that is to be taken instead; empty: none
   * @param changes text-proto that wins over it
   * @throws IllegalArgumentException if there is no decoder, or not enough is known
   */
  public Experiment pretraining(Optional<String> named, List<String> changes) {
    if (!file.shapes().containsKey("decoder_embed.weight")) {
      throw new IllegalArgumentException(
          "%s has no decoder, so nothing can be reconstructed with it%s"
              .formatted(
                  name, inspection.map(found -> "; it looks like " + found.family()).orElse("")));
    }
    var all = new ArrayList<String>();
    if (named.isPresent()) {
      all.add(numerics());
      all.addAll(changes);
      return Recipes.load(named.get(), "pretrain", all);
    }
    var known = experiment.orElseThrow();
    if (known.hasTraining()) {
      return Recipes.change(known, "the recipe of " + name, changes);
    }
    requireTold(Optional.of(Recipes.changed(known, changes)));
    all.add(Recipes.text(known));
    all.addAll(changes);
    return Recipes.load(knownFamily().orElse(ANY_FAMILY), "pretrain", all);
  }

  /** Numbers of a network that no shape tells, as text-proto: a recipe by name has not them. */
  public String numerics() {
    return experiment.map(Recipes::numericsOf).orElse("");
  }

  /**
   * These weights for a model: position tables interpolated if its grid of patches is another;
   * unchanged if its patches or width are.
   *
   * @throws IllegalArgumentException if the grid they are for cannot be told
   */
  public WeightSource fitting(ModelConfig model) {
    var known = experiment.map(Experiment::getModel).orElse(model);
    if ((known.hasPatch() && !known.getPatch().equals(model.getPatch()))
        || (known.hasEncoder() && known.getEncoder().getWidth() != model.getEncoder().getWidth())) {
      return file; // does not fit, and is to be compared as it is
    }
    var grid = PatchGrid.of(model);
    boolean told = experiment.isPresent() && known.getImage().hasHeight() && !imageIsAssumed();
    if (!told) {
      requireOneReading(grid);
    }
    return told
        ? ResizedPositions.between(file, PatchGrid.of(known), grid)
        : ResizedPositions.toFit(name, file, grid);
  }

  private boolean imageIsAssumed() {
    return inspection.stream()
        .flatMap(found -> found.assumed().stream())
        .anyMatch(sentence -> sentence.startsWith("image:"));
  }

  /** As many positions as are wanted may be those of a square, in another order. */
  private void requireOneReading(PatchGrid wanted) {
    var shape = file.shapes().getOrDefault("pos_embed", List.of());
    int side = (int) Math.round(Math.sqrt(wanted.count()));
    if (shape.size() == 3
        && shape.get(1) == 1 + wanted.count()
        && side * side == wanted.count()
        && wanted.rows() != wanted.columns()) {
      throw new IllegalArgumentException(
          "%s has %d positions and does not tell whether they are of %d x %d patches or of the model's"
                  .formatted(name, wanted.count(), side, side)
              + " %d x %d; `mae import` with --set 'model { image { height: H width: W } }' tells"
                  .formatted(wanted.rows(), wanted.columns()));
    }
  }

  /**
   * What a classifier starts from.
   *
   * @param source without the head unless it is kept
   * @param remark what became of the head, as a sentence; empty: there was none
   */
  public record Start(WeightSource source, String remark) {}

  /**
   * These weights for a classifier to start from. A head that they have, and the norm that belongs
   * to it, stay behind unless they are to be kept.
   *
   * @param classes of the new head
   * @throws IllegalArgumentException if a head is to be kept that is not there
   */
  public Start startOf(ModelConfig model, int classes, boolean keepHead) {
    var fitting = fitting(model);
    var head = fitting.shapes().keySet().stream().filter(VitNames::isHead).toList();
    if (head.isEmpty()) {
      if (keepHead) {
        throw new IllegalArgumentException(name + " has no head that --keep-head could keep");
      }
      return new Start(fitting, "");
    }
    int before =
        fitting.shapes().entrySet().stream()
            .filter(entry -> VitNames.isHead(entry.getKey()) && entry.getValue().size() == 2)
            .map(entry -> entry.getValue().get(0))
            .findFirst()
            .orElse(0);
    if (keepHead && before == classes) {
      return new Start(fitting, "the head of %s is kept".formatted(name));
    }
    return new Start(
        new WithoutHead(fitting),
        keepHead
            ? "the head of %s is for %d classes, not for %d: it stays behind"
                .formatted(name, before, classes)
            : "the head of %s stays behind; --keep-head keeps it".formatted(name));
  }

  private record WithoutHead(WeightSource all) implements WeightSource {
    @Override
    public Map<String, List<Integer>> shapes() {
      var rest = ImmutableMap.<String, List<Integer>>builder();
      all.shapes()
          .forEach(
              (name, shape) -> {
                if (!VitNames.isHead(name)
                    && !VitNames.isAttentivePooling(name)
                    && !name.startsWith("fc_norm.")) {
                  rest.put(name, shape);
                }
              });
      return rest.buildOrThrow();
    }

    @Override
    public float[] floats(String name) {
      return all.floats(name);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      opened.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(name + " could not be closed", e);
    }
  }
}
