package org.maejava.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae partial}. */
@Command(
    name = "partial",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fine-tune only the encoder's last blocks and the head (paper, Figure 9).",
    footer = {"", "Example:  mae partial --weights runs/pretrain --blocks 0.5"})
final class PartialCommand extends ClassificationCommand {

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description =
          "How many of the last blocks; 0.5 is the MLP of the last one, 0 the head alone. Default: the"
              + " recipe's.")
  private Double blocks;

  @Override
  String task() {
    return "partial";
  }

  @Override
  String protocol() {
    return "Partial fine-tuning";
  }

  @Override
  List<String> ownOverrides() {
    var overrides = super.ownOverrides();
    if (blocks != null) {
      overrides.add("classification { last_blocks: " + blocks + " }");
    }
    return overrides;
  }
}
