package org.maejava.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.Neighbours;
import org.maejava.eval.embed.Neighbours.Neighbour;
import org.maejava.eval.picture.ContactSheet;
import org.maejava.eval.picture.Pictures;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae nearest}. */
@Command(
    name = "nearest",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Find the images of a data set that are most like one image.",
      "",
      "By the features of an exported model: a list, and a contact sheet with the image above them."
          + " Features are kept and used for the next query; what was stopped goes on with the same"
          + " command."
    },
    footer = {
      "",
      "Example:",
      "  mae nearest saved-models/models/photos --data photos/ --query some.jpg"
    })
final class NearestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Mixin private ModelOptions.Data data;

  @Option(
      names = "--query",
      required = true,
      paramLabel = "IMAGE",
      description = "The file to compare with.")
  private Path query;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Images to find. Default: ${DEFAULT-VALUE}",
      defaultValue = "12")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The PNG to write. Default: ${DEFAULT-VALUE}",
      defaultValue = "nearest.png")
  private Path out;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "Where features are kept, as `mae embed` writes them. Default: hidden beside --out")
  private @Nullable Path features;

  @Option(
      names = "--average",
      description = "Compare the mean of the patches' tokens instead of the class token.")
  private boolean average;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (count < 1) {
      throw new UsageException("--count " + count + " must be at least 1");
    }
    if (!Files.exists(query)) {
      throw new UsageException("there is no file " + query);
    }
    if (Files.isDirectory(query)) {
      throw new UsageException("--query " + query + " is a folder; it takes one image");
    }
    var file = features == null ? out.resolveSibling("." + out.getFileName() + ".npy") : features;
    if (!file.toString().endsWith(".npy")) {
      throw new UsageException("--features " + file + " must end in .npy");
    }
    model.replacement.require(spec, out);
    var images = data.open();
    var output = average ? Signatures.AVERAGE : Signatures.FEATURES;
    try (var opened = model.open()) {
      var pixels = opened.images().pixels(query);
      var wanted = opened.features(new float[][] {pixels}, output)[0];
      var rows =
          model.over(
              images,
              opened,
              "embedded",
              embedding ->
                  embedding.features(output, file, features == null || model.replacement.wanted()));
      int total = images.size();
      if (rows.getDone() < total) {
        return model.stopped(rows, total);
      }
      ModelOptions.report(
          ModelOptions.shown(rows.getUnreadableList(), images), spec.commandLine().getErr());
      if (rows.getRows() == 0) {
        throw new IOException("not one image of %s could be read".formatted(images.spec()));
      }
      var found = Neighbours.of(wanted, file, rows, count);
      print(images, found);
      Pictures.write(sheet(opened, images, pixels, found), out);
      Interrupt.of(spec).finish();
      var print = spec.commandLine().getOut();
      print.printf("%s: the image, and below it those above%n", out);
      print.printf("%s: features, for the next query%n", file);
      print.flush();
      return 0;
    }
  }

  private void print(ImageSet images, List<Neighbour> found) {
    var print = spec.commandLine().getOut();
    int rank = 1;
    for (var one : found) {
      print.printf(
          Locale.ROOT,
          "%3d. %.4f  %s%s%n",
          rank++,
          one.cosine(),
          images.shown(one.half(), one.name()),
          one.label().isEmpty() ? "" : " (" + one.label() + ")");
    }
  }

  private static BufferedImage sheet(
      SavedModel opened, ImageSet images, float[] queried, List<Neighbour> found)
      throws IOException {
    var alike = new ArrayList<float[]>();
    for (var one : found) {
      var half = one.half().equals("train") ? images.training() : images.evaluation();
      try {
        alike.add(opened.images().pixels(half.get(one.index())));
      } catch (UnreadableImageException e) {
        throw new IOException("%s: %s".formatted(one.name(), e.reason()), e);
      }
    }
    return ContactSheet.of(opened.images().shape(), queried, alike);
  }
}
