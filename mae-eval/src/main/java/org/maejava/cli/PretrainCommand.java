package org.maejava.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae pretrain}. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a masked autoencoder on images; labels are not looked at.",
    footer = {
      "",
      "Example:  mae pretrain --data photos/ --recipe tiny-64 --out runs/photos",
      "          mae pretrain --out runs/photos --resume",
      "          mae pretrain --data photos/ --recipe tiny-64 --probe-every 5"
    })
final class PretrainCommand extends TrainingCommand {

  @Option(
      names = "--probe-every",
      paramLabel = "N",
      description =
          "Every N epochs let the nearest training images vote on evaluation images, by the features as"
              + " they are then. Needs labels, which training does not see.")
  private @Nullable Integer probeEvery;

  @Override
  Optional<Integer> probeEvery() {
    return Optional.ofNullable(probeEvery);
  }

  @Override
  Protocol protocol() {
    return Protocol.PRETRAIN;
  }
}
