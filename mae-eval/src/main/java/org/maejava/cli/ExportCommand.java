package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.config.Experiments;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.Exports;
import org.maejava.eval.run.Weights;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.hub.HubStyle;
import org.maejava.savedmodel.weights.WeightsInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code mae export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write a model as a TensorFlow SavedModel, or for PyTorch's libraries.",
      "",
      "A SavedModel has a card and its weights beside it; for PyTorch there are safetensors under its"
          + " libraries' names, with their configuration."
    },
    footer = {
      "",
      "Examples:",
      "  mae export runs/photos --out saved-models/models/photos",
      "  mae export saved-models/models/photos --to hugging-face --out photos-hf"
    })
final class ExportCommand implements Callable<Integer> {

  /** What it is written for. */
  enum Target {
    TENSORFLOW,
    PUBLISHED,
    TIMM,
    HUGGING_FACE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What blocks compute in. */
  enum Compute {
    FLOAT32,
    BFLOAT16
  }

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;
  @Mixin private Replacement replacement;

  @Parameters(
      paramLabel = "RUN|WEIGHTS",
      description =
          "A run's folder, a checkpoint, an exported or imported model, or a file of PyTorch or"
              + " safetensors, whose geometry is taken from it.")
  private Path weights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The model's folder. Default: saved-models/models/ and the run's name.")
  private @Nullable Path out;

  @Option(
      names = "--to",
      paramLabel = "WHOM",
      defaultValue = "tensorflow",
      converter = TargetConverter.class,
      description =
          "tensorflow: a SavedModel. For PyTorch: published (names of the published code), timm,"
              + " hugging-face. Default: ${DEFAULT-VALUE}")
  private Target target;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "What a SavedModel's blocks compute in, float32 or bfloat16; the card says what that costs"
              + " and brings. Default: ${DEFAULT-VALUE}")
  private Compute precision;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description = "A recipe to be taken instead of the weights' own.")
  private @Nullable String recipe;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = "Tells of the geometry what the weights do not.")
  private List<String> set = List.of();

  /** Takes the names with hyphens. */
  static final class TargetConverter implements ITypeConverter<Target> {
    @Override
    public Target convert(String value) {
      for (var target : Target.values()) {
        if (target.toString().equalsIgnoreCase(value)) {
          return target;
        }
      }
      throw new TypeConversionException(
          "'%s' is none of %s".formatted(value, List.of(Target.values())));
    }
  }

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (precision == Compute.BFLOAT16 && target != Target.TENSORFLOW) {
      throw new UsageException("--precision bfloat16 is of SavedModels; weights are float32");
    }
    if (target != Target.TENSORFLOW && out == null) {
      throw new UsageException("--to " + target + " needs --out");
    }
    replacement.require(spec, destination());
    try (var opened = Weights.open(weights)) {
      var record = record(opened);
      var written = write(record, opened, destination());
      Interrupt.of(spec).finish();
      Notes.print(spec, opened.unfinished());
      spec.commandLine().getOut().printf("model: %s%n", written);
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  private Path destination() {
    return out == null
        ? Path.of("saved-models", "models")
            .resolve(weights.toAbsolutePath().normalize().getFileName())
        : out;
  }

  private Path write(RunRecord record, Weights opened, Path destination) throws IOException {
    return switch (target) {
      case TENSORFLOW ->
          precision == Compute.BFLOAT16
              ? Exports.writeBfloat16(record, opened.file(), threads.machine(), destination)
              : Exports.write(record, opened.file(), threads.machine(), destination);
      case PUBLISHED -> Exports.write(record, opened.file(), HubStyle.PUBLISHED, destination);
      case TIMM -> Exports.write(record, opened.file(), HubStyle.TIMM, destination);
      case HUGGING_FACE -> Exports.write(record, opened.file(), HubStyle.HUGGING_FACE, destination);
    };
  }

  private RunRecord record(Weights opened) throws IOException {
    var known = Files.isDirectory(weights) ? RecordFile.read(weights) : Optional.<RunRecord>empty();
    if (known.isPresent() && recipe == null && set.isEmpty()) {
      return known.get();
    }
    var record = known.orElseGet(RunRecord::getDefaultInstance).toBuilder();
    record
        .setExperiment(experiment(opened))
        .setRecipe(opened.recipe())
        .setInitialWeights(opened.name());
    opened.inspection().ifPresent(found -> tell(found, record));
    return record.build();
  }

  /** Of a file of others, what it tells of itself, and the rest as pre-training's recipe has it. */
  private Experiment experiment(Weights opened) {
    boolean complete = opened.experiment().isPresent() && recipe == null && set.isEmpty();
    if (complete && opened.experiment().get().hasClassification()) {
      return opened.experiment().get();
    }
    if (opened.file().shapes().containsKey("decoder_embed.weight")) {
      return opened.pretraining(Optional.ofNullable(recipe), set);
    }
    if (recipe != null) {
      return Recipes.load(recipe, "pretrain", set);
    }
    var known =
        opened
            .experiment()
            .or(() -> opened.inspection().map(WeightsInspection::experiment))
            .orElseThrow(
                () -> new UsageException(weights + " holds no recipe; name it with --recipe"));
    for (var change : set) {
      known = Experiments.merge(known, Experiments.parse(change, "--set '" + change + "'"));
    }
    var unknown = WeightsInspection.undetermined(known);
    if (!unknown.isEmpty()) {
      throw new UsageException(
          "%s does not tell %s".formatted(weights, String.join("; nor ", unknown)));
    }
    return known;
  }

  private static void tell(WeightsInspection found, RunRecord.Builder record) {
    record.getDataBuilder().addAllClasses(found.classNames());
    record.getImportedBuilder().setFamily(found.family());
    found.licence().ifPresent(record.getImportedBuilder()::setLicence);
  }
}
