package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maejava.data.inspect.Conversion;
import org.maejava.data.source.ShardWriter;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;
import org.maejava.words.ShellWord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae data convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write a data set as shards.",
      "",
      "They are called train-... and val-..., with the class names in classes.txt. Images are copied"
          + " byte by byte. A conversion that was stopped goes on with the same command. Exit status 1"
          + " if a file was no image and was left out."
    },
    footer = {"", "Example:  mae data convert photos/ --to tar --out shards/"})
final class DataConvertCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SPEC", description = "The data; `mae data --help` tells the syntax.")
  private String data;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}, in any case.")
  private ShardWriter.Format format;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder.")
  private Path out;

  @Option(
      names = "--per-shard",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Images in a shard. Default: ${DEFAULT-VALUE}")
  private int perShard;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var images = ImageSet.open(data);
    int total = images.size();
    var print = spec.commandLine().getOut();
    var interrupt = Interrupt.of(spec);
    interrupt.keep();
    List<UnreadableImage> left;
    try (var progress = new CountProgress("written", total, interrupt)) {
      left = new Conversion(images, format, perShard, out, progress).run();
    } catch (StoppedException e) {
      print.printf("%s, whole shards are kept; go on with: %s%n", e.getMessage(), Typed.of(spec));
      print.flush();
      return ExitStatus.STOPPED;
    }
    interrupt.finish();
    ModelOptions.report(left, spec.commandLine().getErr());
    print.printf(
        Locale.ROOT,
        "%s: %s; use as --data %s%n",
        out,
        Counted.of(total - left.size(), "image"),
        ShellWord.of(out));
    print.flush();
    return left.isEmpty() ? 0 : 1;
  }
}
