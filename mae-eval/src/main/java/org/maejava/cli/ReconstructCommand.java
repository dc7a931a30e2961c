package org.maejava.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Reconstruction;
import org.maejava.eval.run.Weights;
import org.maejava.model.PatchStatistics;
import org.maejava.proto.Experiment;
import org.maejava.proto.UnreadableImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae reconstruct}. */
@Command(
    name = "reconstruct",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Hide patches of images and draw what the model makes of them.",
      "",
      "In a row: the image | what the network sees | what it makes of the rest | both together. What"
          + " a picture leaves out is hatched. Each file has other patches hidden."
    },
    footer = {
      "",
      "Exit status: 0 done, 1 if an image could not be read and was left out.",
      "Example:  mae reconstruct --weights runs/photos some.jpg --out rebuilt.png"
    })
final class ReconstructCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;
  @Mixin private Replacement replacement;

  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "Image files, or anything --data takes. Default: fashion-mnist")
  private List<String> images = List.of("fashion-mnist");

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "PATH",
      description =
          "A run's folder, a checkpoint, an exported or imported model, or a file of PyTorch or"
              + " safetensors; `mae inspect` tells what a file is.")
  private Path weights;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description = "The recipe of weights that hold none.")
  private @Nullable String recipe;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = "Changes the recipe: 'model { mask_ratio: 0.5 }'.")
  private List<String> set = List.of();

  @Option(names = "--seed", paramLabel = "N", description = "Of the masks. Default: 0")
  private long seed;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Images drawn of a folder or data set at most, spread over its classes. Default:"
              + " ${DEFAULT-VALUE}",
      defaultValue = "8")
  private int count;

  @Option(
      names = "--true-statistics",
      description =
          "With normalised pixels, take mean and contrast of hidden patches from the image itself:"
              + " the picture then shows more than the network knew. Default: from visible patches.")
  private boolean trueStatistics;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The PNG to write. Default: ${DEFAULT-VALUE}",
      defaultValue = "reconstruction.png")
  private Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new UsageException(
          "--out %s: the picture is a PNG, and its name ends so".formatted(out));
    }
    replacement.require(spec, out);
    try (var pretrained = Weights.open(weights);
        var reconstruction = reconstruction(pretrained)) {
      Notes.print(spec, pretrained.unfinished());
      var pictures = new ArrayList<BufferedImage>();
      var left = new ArrayList<String>();
      var skipped = new ArrayList<UnreadableImage>();
      for (int i = 0; i < images.size(); i++) {
        var data = ImageSet.open(images.get(i));
        var source = data.evaluation().size() > 0 ? data.evaluation() : data.training();
        // Other patches are hidden in every file.
        var rows = rows(reconstruction, source, seed + i);
        pictures.addAll(rows);
        var soFar = reconstruction.unreadable();
        skipped.addAll(ModelOptions.shown(soFar.subList(skipped.size(), soFar.size()), data));
        if (source.size() > count) {
          left.add(drawn(images.get(i), rows.size(), source));
        }
      }
      var err = spec.commandLine().getErr();
      ModelOptions.report(skipped, err);
      if (pictures.isEmpty()) {
        err.printf("mae: not one image could be read; %s is not written%n", out);
        return 1;
      }
      int columns = pictures.size() > 8 ? 3 : pictures.size() > 4 ? 2 : 1;
      Pictures.write(Reconstruction.sheet(pictures, columns), out);
      Interrupt.of(spec).finish();
      var print = spec.commandLine().getOut();
      print.printf("%s: %s%n", out, reconstruction.caption());
      left.forEach(print::println);
      print.flush();
      return skipped.isEmpty() ? 0 : 1;
    }
  }

  /** Of a source of which none can be read nothing: others may be better. */
  private List<BufferedImage> rows(Reconstruction reconstruction, Source source, long masks) {
    int before = reconstruction.unreadable().size();
    try {
      return reconstruction.rows(source, count, masks);
    } catch (DataException e) {
      if (reconstruction.unreadable().size() == before) {
        throw e;
      }
      return List.of();
    }
  }

  private static String drawn(String images, int drawn, Source of) {
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d images drawn%s; --count N draws more",
        images,
        drawn,
        of.size(),
        of.classes().size() > 1 ? ", spread over the classes" : ", spread evenly");
  }

  private Reconstruction reconstruction(Weights pretrained) {
    var experiment = experiment(pretrained);
    return new Reconstruction(
        experiment,
        trueStatistics ? PatchStatistics.Source.TRUTH : PatchStatistics.Source.VISIBLE,
        pretrained.fitting(experiment.getModel()),
        threads.machine());
  }

  private Experiment experiment(Weights pretrained) {
    if (count < 1) {
      throw new UsageException("--count " + count + " must be at least 1");
    }
    return pretrained.pretraining(Optional.ofNullable(recipe), set);
  }
}
