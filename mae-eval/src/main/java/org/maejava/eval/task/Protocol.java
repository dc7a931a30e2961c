package org.maejava.eval.task;

import java.util.Arrays;
import java.util.Optional;
import org.maejava.proto.Experiment;
import org.maejava.proto.Pooling;
import org.maejava.words.Counted;

/** The ways to train, as commands, recipes, records and tables name them. */
public enum Protocol {
  PRETRAIN("pretrain", "Masked autoencoder pre-training"),
  FINETUNE("finetune", "Fine-tuning"),
  PARTIAL("partial", "Partial fine-tuning"),
  LINEAR_PROBE("linear-probe", "Linear probe"),
  ATTENTIVE_PROBE("attentive-probe", "Attentive probe"),
  SCRATCH("scratch", "From scratch"),
  PIXEL_FLOOR("pixel-floor", "Linear on pixels");

  private final String command;
  private final String title;

  Protocol(String command, String title) {
    this.command = command;
    this.title = title;
  }

  /** In recipes' names, records and, but for two, on the command line. */
  public String command() {
    return command;
  }

  /** As one types it after {@code mae}; no command runs {@link #PIXEL_FLOOR} alone. */
  public String invocation() {
    return this == SCRATCH ? FINETUNE.command + " --from-scratch" : command;
  }

  /** What is typed for the command of a record; itself where no protocol has that name. */
  public static String invocation(String command) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.command.equals(command))
        .map(Protocol::invocation)
        .findFirst()
        .orElse(command);
  }

  /** In tables and reports. */
  public String title() {
    return title;
  }

  /** As {@link #title()}, of partial fine-tuning with how much of the encoder is trained. */
  public String title(Experiment experiment) {
    return part(experiment).map(part -> title + ", " + part).orElse(title);
  }

  /**
   * How much of the encoder a recipe of this protocol trains, if that is what sets it apart from
   * others of the protocol.
   */
  public Optional<String> part(Experiment experiment) {
    var task = experiment.getClassification();
    if (this != PARTIAL || !task.hasLastBlocks()) {
      return Optional.empty();
    }
    var name = blocks(task.getLastBlocks());
    return Optional.of(task.getLastBlocks() == 0.5 ? name + " (MLP of the last block)" : name);
  }

  /**
   * How many of the last blocks are trained, in words (paper, Figure 9).
   *
   * @param count 0.5 is the MLP of the last
   */
  public static String blocks(double count) {
    return count == 0.5 ? "½ block" : Counted.of((int) count, "block");
  }

  /**
   * A recipe that is of this protocol.
   *
   * @param name of the recipe, for the message
   * @throws IllegalArgumentException naming the protocols that it is of
   */
  public Experiment require(Experiment experiment, String name) {
    if (!fits(experiment)) {
      var others =
          Arrays.stream(values())
              .filter(other -> other.fits(experiment))
              .map(Protocol::command)
              .toList();
      throw new IllegalArgumentException(
          "%s is a recipe for %s, not for %s; give one for %s, such as tiny-64/%s"
              .formatted(name, String.join(" or ", others), command, command, command));
    }
    return experiment;
  }

  private boolean fits(Experiment experiment) {
    var task = experiment.getClassification();
    boolean blocks = experiment.hasClassification() && !task.hasAll();
    boolean attentive = task.getPooling() == Pooling.ATTENTION;
    return switch (this) {
      case PRETRAIN -> experiment.hasPretraining();
      case FINETUNE, SCRATCH -> experiment.hasClassification() && task.hasAll();
      case PARTIAL -> blocks;
      case LINEAR_PROBE -> blocks && task.getLastBlocks() == 0 && !attentive;
      case ATTENTIVE_PROBE -> blocks && task.getLastBlocks() == 0 && attentive;
      case PIXEL_FLOOR -> experiment.hasPixelFloor();
    };
  }
}
