package org.maejava.savedmodel.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.proto.Experiment;
import org.maejava.proto.TransformerConfig;

/**
 * What a file of weights is, and what can be done with it.
 *
 * @param path as it was given
 * @param format what kind of file, for people
 * @param types of its values, by the names that safetensors has for them; with counts of tensors if
 *     there are several
 * @param family what it looks like
 * @param kind which parts of a model it has; empty: no encoder of this kind
 * @param experiment model, pixel statistics and task, as far as they are known
 * @param classes of its head; 0 without one
 * @param classNames one for each class, or none
 * @param parameters values in all tensors that are read
 * @param loaded published names that it has, in the shape that they must have
 * @param missing published names that it must have and has not
 * @param misshapen published names with both shapes
 * @param unexpected names in the file that nothing reads, each with the reason
 * @param obstacles why it cannot be used, beside missing and misshapen tensors
 * @param assumed what is taken as usual because nothing tells it
 * @param notes anything else that one may want to know
 * @param licence the notice of the licence that may apply
 */
public record WeightsInspection(
    String path,
    String format,
    String types,
    String family,
    Optional<Kind> kind,
    Experiment experiment,
    int classes,
    List<String> classNames,
    long parameters,
    List<String> loaded,
    List<String> missing,
    List<String> misshapen,
    List<String> unexpected,
    List<String> obstacles,
    List<String> assumed,
    List<String> notes,
    Optional<String> licence) {

  /** Which parts of a model there are. */
  public enum Kind {
    /** To fine-tune or probe, and for features. */
    ENCODER("an encoder without decoder or head"),
    /** To go on pre-training from, to reconstruct, and as an encoder. */
    AUTOENCODER("an encoder with its decoder"),
    /** To classify, and as an encoder. */
    CLASSIFIER("a classifier"),
    /** To classify, with a linear layer behind statistics of features. */
    LINEAR_PROBE("a linear probe: an encoder, statistics of its features and a linear layer");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    /** For people. */
    public String description() {
      return description;
    }
  }

  private static final int LISTED = 8;

  /** The same with more that keeps it from being used. */
  WeightsInspection with(List<String> moreObstacles) {
    var all = new ArrayList<String>(obstacles);
    all.addAll(moreObstacles);
    return with(experiment, classNames, all, assumed, notes, licence);
  }

  /**
   * The same of weights whose recipe this project recorded: nothing is assumed or untold.
   *
   * @param recipe complete; of its model what these weights have is taken
   * @param recorded names of classes; those of a head of as many outputs
   * @param notice of the licence as recorded; empty: none
   */
  public WeightsInspection knownBy(Experiment recipe, List<String> recorded, String notice) {
    var own = recipe.toBuilder();
    if (!kind.equals(Optional.of(Kind.AUTOENCODER))) {
      own.getModelBuilder().clearDecoder().clearTarget();
    }
    return with(
        own.build(),
        recorded.size() == classes ? List.copyOf(recorded) : classNames,
        obstacles,
        List.of(),
        notes,
        Optional.of(notice).filter(text -> !text.isEmpty()));
  }

  /** Whether a recorded recipe's network has tensors of these shapes. */
  boolean isOf(Experiment recipe) {
    var here = experiment.getModel();
    var there = recipe.getModel();
    return here.getPatch().equals(there.getPatch())
        && here.getImage().getChannels() == there.getImage().getChannels()
        && sameShapes(here.getEncoder(), there.getEncoder())
        && (!kind.equals(Optional.of(Kind.AUTOENCODER))
            || sameShapes(here.getDecoder(), there.getDecoder()));
  }

  private static boolean sameShapes(TransformerConfig one, TransformerConfig other) {
    return one.getWidth() == other.getWidth()
        && one.getDepth() == other.getDepth()
        && one.getMlpRatio() == other.getMlpRatio();
  }

  /** The same with something else that one may want to know. */
  WeightsInspection noted(String note) {
    var all = new ArrayList<String>(notes);
    all.add(note);
    return with(experiment, classNames, obstacles, assumed, all, licence);
  }

  private WeightsInspection with(
      Experiment recipe,
      List<String> newNames,
      List<String> newObstacles,
      List<String> newAssumed,
      List<String> newNotes,
      Optional<String> newLicence) {
    return new WeightsInspection(
        path,
        format,
        types,
        family,
        kind,
        recipe,
        classes,
        newNames,
        parameters,
        loaded,
        missing,
        misshapen,
        unexpected,
        List.copyOf(newObstacles),
        newAssumed,
        List.copyOf(newNotes),
        newLicence);
  }

  /** Whether a network of this project can take the weights. */
  public boolean usable() {
    return kind.isPresent() && missing.isEmpty() && misshapen.isEmpty() && obstacles.isEmpty();
  }

  /**
   * Numbers of the geometry that neither the file nor anything beside it tells, each with what sets
   * it.
   */
  public List<String> undetermined() {
    return undetermined(experiment);
  }

  /** As {@link #undetermined()}, of an experiment that may have been completed. */
  public static List<String> undetermined(Experiment experiment) {
    var unknown = new ArrayList<String>();
    var model = experiment.getModel();
    if (!model.getImage().hasHeight() || !model.getImage().hasWidth()) {
      unknown.add("the image's size: --set 'model { image { height: H width: W } }'");
    }
    if (!model.getEncoder().hasHeads()) {
      unknown.add("the encoder's heads: --set 'model { encoder { heads: N } }'");
    }
    if (model.hasDecoder() && !model.getDecoder().hasHeads()) {
      unknown.add("the decoder's heads: --set 'model { decoder { heads: N } }'");
    }
    if (experiment.getData().getMeanCount() == 0) {
      unknown.add("the pixels' statistics: --set 'data { mean: [...] std: [...] }'");
    }
    return unknown;
  }

  /** Why the weights cannot be used, in one message that names file and family. */
  public String refusal() {
    var reasons = new ArrayList<String>(obstacles);
    add(reasons, "missing", missing);
    add(reasons, "misshapen", misshapen);
    if (kind.isEmpty()) {
      reasons.add(
          "its tensors are "
              + String.join(", ", unexpected.subList(0, Math.min(LISTED, unexpected.size()))));
    }
    return "%s, %s that looks like %s, cannot be used: %s"
        .formatted(path, format, family, String.join("; ", reasons));
  }

  private static void add(List<String> reasons, String what, List<String> names) {
    if (!names.isEmpty()) {
      reasons.add(
          "%d %s: %s%s"
              .formatted(
                  names.size(),
                  what,
                  String.join(", ", names.subList(0, Math.min(LISTED, names.size()))),
                  names.size() > LISTED ? ", …" : ""));
    }
  }
}
