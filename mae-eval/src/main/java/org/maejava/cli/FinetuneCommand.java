package org.maejava.cli;

import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae finetune}. */
@Command(
    name = "finetune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a classifier on a pre-trained encoder, all parameters together.",
    footer = {"", "Example:  mae finetune --weights runs/photos --data photos/ --labels 500"})
final class FinetuneCommand extends ClassificationCommand {

  @Option(
      names = "--from-scratch",
      description = "Start from random weights instead, with the recipe's `scratch` part.")
  private boolean fromScratch;

  @Override
  Protocol protocol() {
    return fromScratch ? Protocol.SCRATCH : Protocol.FINETUNE;
  }

  @Override
  boolean fromScratch() {
    return fromScratch;
  }
}
