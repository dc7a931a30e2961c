package org.maejava.cli;

import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;

/** {@code mae pretrain}. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a masked autoencoder on images; labels are not looked at.",
    footer = {
      "",
      "Example:  mae pretrain --data photos/ --recipe tiny-64 --out runs/photos",
      "          mae pretrain --out runs/photos --resume"
    })
final class PretrainCommand extends TrainingCommand {

  @Override
  Protocol protocol() {
    return Protocol.PRETRAIN;
  }
}
