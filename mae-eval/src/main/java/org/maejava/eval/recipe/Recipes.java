package org.maejava.eval.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.config.TrainingLength;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.TrainingConfig;
import org.maejava.storage.IoReason;
import org.maejava.storage.TextFile;
import org.maejava.words.Spelling;

/**
 * The bundled recipes and those in files. A recipe is a family and what is done with it: {@code
 * tiny-64/pretrain}; a command that is given {@code tiny-64} adds its own name.
 */
public final class Recipes {

  private static final String FOLDER = "recipes/";
  private static final String BASE = "base/";
  private static final String ENDING = ".textproto";

  /** The family that is taken when none is named. */
  public static final String DEFAULT_FAMILY = "demo";

  private Recipes() {}

  /** The names of all bundled recipes that can be run. */
  public static List<String> names() {
    return all().stream().filter(name -> !name.startsWith(BASE)).toList();
  }

  private static List<String> all() {
    return resource("index").lines().toList();
  }

  /**
   * A recipe with its bases, its preset and the overrides applied, checked.
   *
   * @param recipe a family, a name, or a file that ends in {@code .textproto}
   * @param protocol such as {@code pretrain}: completes a family's name
   * @param overrides text-proto fragments that win over the recipe, later ones over earlier
   * @throws InvalidExperimentException listing everything that is wrong
   */
  public static Experiment load(String recipe, String protocol, List<String> overrides) {
    var experiment = changed(read(name(recipe, protocol)), overrides);
    return Experiments.checked(Experiments.complete(experiment, Recipes::read), "recipe " + recipe);
  }

  /** The full name of a recipe that may be given by its family. */
  public static String name(String recipe, String protocol) {
    return recipe.endsWith(ENDING) || recipe.contains("/") ? recipe : recipe + "/" + protocol;
  }

  /**
   * A recipe that is complete already, with overrides.
   *
   * @param name for messages
   * @throws InvalidExperimentException listing everything that is wrong
   */
  public static Experiment change(Experiment complete, String name, List<String> overrides) {
    return Experiments.checked(changed(complete, overrides), name);
  }

  /**
   * A change with what follows from it: where it sets epochs and says nothing of warm-up, that is
   * the recipe's in proportion, as {@link TrainingLength#lasting} has it.
   *
   * @param recipe the checked recipe that is to be changed
   */
  public static Experiment inProportion(Experiment change, Supplier<Experiment> recipe) {
    if (!setsEpochsAlone(change)) {
      return change;
    }
    var lasting = TrainingLength.lasting(recipe.get(), change.getTraining().getEpochs());
    if (!lasting.getTraining().hasWarmupEpochs()) {
      return change; // its share stays
    }
    var whole = change.toBuilder();
    whole.getTrainingBuilder().setWarmupEpochs(lasting.getTraining().getWarmupEpochs());
    return whole.build();
  }

  /** Whether a change says how many epochs, but not how many of them are warm-up. */
  public static boolean setsEpochsAlone(Experiment change) {
    return change.getTraining().hasEpochs() && !change.getTraining().hasWarmupEpochs();
  }

  /** A recipe, or part of one, with overrides, unchecked. */
  public static Experiment changed(Experiment experiment, List<String> overrides) {
    var changed = experiment;
    for (var override : overrides) {
      changed = Experiments.merge(changed, Experiments.parse(override, "--set '" + override + "'"));
    }
    return changed;
  }

  /** The families that bundled recipes are of. */
  public static List<String> families() {
    return names().stream().map(name -> name.replaceFirst("/.*", "")).distinct().toList();
  }

  /** The bundled family whose images, patches and encoder are a trained model's. */
  public static Optional<String> familyOf(Experiment trained) {
    var wanted = shape(trained.getModel());
    return names().stream()
        .filter(recipe -> recipe.endsWith("/pretrain"))
        .filter(recipe -> shape(load(recipe, "", List.of()).getModel()).equals(wanted))
        .map(recipe -> recipe.replaceFirst("/.*", ""))
        .findFirst();
  }

  /** Whether models are of the same images, patches and encoder. */
  public static boolean haveOneShape(Experiment one, Experiment other) {
    return shape(one.getModel()).equals(shape(other.getModel()));
  }

  private static ModelConfig geometry(ModelConfig model) {
    return ModelConfig.newBuilder()
        .setImage(model.getImage())
        .setPatch(model.getPatch())
        .setEncoder(model.getEncoder())
        .build();
  }

  private static ModelConfig shape(ModelConfig model) {
    var shape = geometry(model).toBuilder();
    shape.getEncoderBuilder().clearLayerNormEpsilon();
    return shape.build();
  }

  /** The bundled family that a recipe's name begins with. */
  public static Optional<String> familyIn(String name) {
    return Optional.of(name.replaceFirst("/.*", ""))
        .filter(family -> names().contains(family + "/pretrain"));
  }

  /** What another recipe must take over from a pre-trained model's, as text-proto. */
  public static String geometryOf(Experiment pretrained) {
    var data = pretrained.getData();
    var geometry =
        Experiment.newBuilder()
            .setModel(geometry(pretrained.getModel()))
            .setData(
                DataConfig.newBuilder().addAllMean(data.getMeanList()).addAllStd(data.getStdList()))
            .build();
    return text(geometry);
  }

  /** The numbers of a network that no tensor's shape tells, as text-proto. */
  public static String numericsOf(Experiment trained) {
    var numerics = Experiment.newBuilder();
    var encoder = trained.getModel().getEncoder();
    var decoder = trained.getModel().getDecoder();
    if (encoder.hasLayerNormEpsilon()) {
      numerics
          .getModelBuilder()
          .getEncoderBuilder()
          .setLayerNormEpsilon(encoder.getLayerNormEpsilon());
    }
    if (decoder.hasLayerNormEpsilon()) {
      numerics
          .getModelBuilder()
          .getDecoderBuilder()
          .setLayerNormEpsilon(decoder.getLayerNormEpsilon());
    }
    return text(numerics.build());
  }

  /** How long a recipe trains, as text-proto. */
  public static String lengthOf(Experiment experiment) {
    var training = experiment.getTraining();
    var length = TrainingConfig.newBuilder();
    if (training.hasImagePasses()) {
      length.setImagePasses(training.getImagePasses());
    } else {
      length.setEpochs(training.getEpochs());
    }
    if (training.hasWarmupShare()) {
      length.setWarmupShare(training.getWarmupShare());
    } else {
      length.setWarmupEpochs(training.getWarmupEpochs());
    }
    return text(Experiment.newBuilder().setTraining(length).build());
  }

  /** Part of a recipe as text-proto, for another to take over. */
  public static String text(Experiment part) {
    return TextFormat.printer().shortDebugString(part);
  }

  /** One recipe as it is written. */
  private static Experiment read(String name) {
    if (name.endsWith(ENDING)) {
      return Experiments.parse(fileText(Path.of(name)), name);
    }
    if (!all().contains(name)) {
      throw new InvalidExperimentException(
          "recipe " + name,
          List.of(
              "there is no such recipe%s; give a file ending in %s or one of %s (`mae recipe list` names all)"
                  .formatted(meant(name), ENDING, String.join(", ", like(name)))));
    }
    return Experiments.parse(resource(name + ENDING), name);
  }

  private static String meant(String name) {
    var task = name.replaceFirst("[^/]*", "");
    var family = name.replaceFirst("/.*", "");
    if (families().contains(family)) {
      return Spelling.meant(
          name, names().stream().filter(other -> other.startsWith(family + "/")).toList());
    }
    // What both names end with would make everything near.
    return Spelling.near(family, families()).stream()
        .map(near -> near + task)
        .filter(names()::contains)
        .findFirst()
        .map(" (did you mean %s?)"::formatted)
        .orElse("");
  }

  /** Recipes of the same family, else for the same task in every family. */
  private static List<String> like(String name) {
    var family = name.replaceFirst("/.*", "/");
    var task = name.replaceFirst("[^/]*", "");
    boolean known = families().contains(family.replace("/", ""));
    var like =
        names().stream()
            .filter(other -> known ? other.startsWith(family) : other.endsWith(task))
            .toList();
    return like.isEmpty() ? families() : like;
  }

  private static String fileText(Path file) {
    try {
      return TextFile.read(file);
    } catch (IOException e) {
      throw new InvalidExperimentException(
          "recipe " + file, List.of("the file cannot be read: " + IoReason.of(e)));
    }
  }

  private static String resource(String resource) {
    try {
      return Resources.toString(Resources.getResource(FOLDER + resource), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
