package org.maejava.cli;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.maejava.data.inspect.Survey;
import org.maejava.data.proto.ClassCount;
import org.maejava.data.proto.DataSurvey;
import org.maejava.data.proto.HalfSurvey;
import org.maejava.data.proto.TwinImage;
import org.maejava.data.spec.ImageSet;
import org.maejava.words.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae data verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Open every image and say what was found.",
      "",
      "Formats, sizes, bad files, duplicates (the same pixels), class balance. Exit status 1 if an image"
          + " cannot be read, has no class where others have one, or is in two classes or both halves,"
          + " or if the halves have other classes."
    },
    footer = {"", "Example:  mae data verify photos/"})
final class DataVerifyCommand implements Callable<Integer> {

  private static final int SHOWN = 10;

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;

  @Parameters(paramLabel = "SPEC", description = "The data; `mae data --help` tells the syntax.")
  private String data;

  @Option(names = "--json", description = "Everything that was found, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var images = ImageSet.open(data);
    int total = images.size();
    DataSurvey survey;
    try (var progress = new CountProgress("opened", total, Interrupt.of(spec))) {
      survey = new Survey(threads.machine().threads(), progress).of(images);
    }
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonFormat.printer().preservingProtoFieldNames().print(survey));
    } else {
      print(survey, out);
    }
    out.flush();
    return Survey.problems(survey).isEmpty() ? 0 : 1;
  }

  private static void print(DataSurvey survey, PrintWriter out) {
    print("training", survey.getTraining(), out);
    if (survey.getEvaluation().getImages() > 0) {
      print("evaluation", survey.getEvaluation(), out);
    } else {
      out.printf("evaluation: none (%s)%n", survey.getEvaluation().getAbout());
    }
    int across = survey.getDuplicatesAcrossCount();
    out.printf("in both halves: %s%n", Counted.of(across, "image"));
    survey.getDuplicatesAcrossList().stream()
        .limit(SHOWN)
        .forEach(pair -> out.printf("  %s = %s%n", pair.getTraining(), pair.getEvaluation()));
    more(across, out);
    out.println(
        "not checked: whether labels are right, bytes of a tar that changed within an image, shards"
            + " behind the last where no name tells how many there are");
    var problems = Survey.problems(survey);
    int doubtful = Survey.doubtful(survey);
    int empty = Survey.emptyClasses(survey);
    var remarks = new ArrayList<String>();
    if (doubtful > 0) {
      remarks.add(Counted.of(doubtful, "image") + " may be damaged: see zeroed above");
    }
    if (empty > 0) {
      remarks.add(
          Counted.of(empty, "class has no images and is", "classes have no images and are")
              + " left out in training: see empty above");
    }
    if (!problems.isEmpty()) {
      out.println("wrong: " + String.join("; ", problems));
    }
    remarks.forEach(out::println);
    if (problems.isEmpty()) {
      out.println(remarks.isEmpty() ? "everything is in order" : "the rest is in order");
    }
  }

  private static void print(String name, HalfSurvey half, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %,.1f MB%n",
        name,
        Counted.of(half.getImages(), "image"),
        half.getBytes() / 1e6);
    out.printf("  %s%n", half.getAbout());
    out.printf(
        "  formats     %s%n",
        half.getFormatsMap().entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ")));
    if (half.hasWidth()) {
      var width = half.getWidth();
      var height = half.getHeight();
      out.printf(
          "  width       %d to %d, median %d%n",
          width.getSmallest(), width.getLargest(), width.getMedian());
      out.printf(
          "  height      %d to %d, median %d%n",
          height.getSmallest(), height.getLargest(), height.getMedian());
    }
    balance(half, out);
    if (half.getEmptyClassesCount() > 0) {
      out.printf(
          "  empty       %s%n",
          Counted.of(
              half.getEmptyClassesCount(), "class without images", "classes without images"));
      half.getEmptyClassesList().stream()
          .limit(SHOWN)
          .forEach(folder -> out.printf("    %s%n", folder));
      more(half.getEmptyClassesCount(), out);
    }
    out.printf(Locale.ROOT, "  duplicates  %,d%n", half.getDuplicates());
    half.getTwinsList().stream()
        .sorted(Comparator.comparing(TwinImage::getOtherClass).reversed()) // mistakes first
        .limit(SHOWN)
        .forEach(
            twin ->
                out.printf(
                    "    %s = %s%s%n",
                    twin.getImage(),
                    twin.getFirst(),
                    twin.getOtherClass() ? ", of another class" : ""));
    more(half.getTwinsCount(), out);
    out.printf(Locale.ROOT, "  unreadable  %,d%n", half.getUnreadableCount());
    half.getUnreadableList().stream()
        .limit(SHOWN)
        .forEach(bad -> out.printf("    %s: %s%n", bad.getName(), bad.getReason()));
    more(half.getUnreadableCount(), out);
    if (half.getZeroedCount() > 0) {
      out.printf(
          Locale.ROOT,
          "  zeroed      %,d with 512 zeros or more in the compressed bytes: damaged, or of one colour%n",
          half.getZeroedCount());
      half.getZeroedList().stream().limit(SHOWN).forEach(image -> out.printf("    %s%n", image));
      more(half.getZeroedCount(), out);
    }
    if (half.getUnlabelledCount() > 0) {
      out.printf(
          Locale.ROOT, "  unlabelled  %,d where others have a class%n", half.getUnlabelledCount());
      half.getUnlabelledList().stream()
          .limit(SHOWN)
          .forEach(image -> out.printf("    %s%n", image));
      more(half.getUnlabelledCount(), out);
    }
  }

  private static void balance(HalfSurvey half, PrintWriter out) {
    if (half.getClassesCount() == 0) {
      out.println("  classes     none");
      return;
    }
    var fewest = half.getClassesList().stream().min(Comparator.comparing(ClassCount::getImages));
    var most = half.getClassesList().stream().max(Comparator.comparing(ClassCount::getImages));
    var few = fewest.orElseThrow();
    var many = most.orElseThrow();
    out.printf(
        Locale.ROOT,
        "  classes     %,d; %s%n",
        half.getClassesCount(),
        few.getImages() == many.getImages()
            ? Counted.of(few.getImages(), "image") + " of each"
            : String.format(
                Locale.ROOT,
                "fewest %s (%,d), most %s (%,d)",
                few.getName(),
                few.getImages(),
                many.getName(),
                many.getImages()));
    half.getClassesList().stream()
        .limit(SHOWN)
        .forEach(
            label -> out.printf(Locale.ROOT, "    %s: %,d%n", label.getName(), label.getImages()));
    more(half.getClassesCount(), out);
  }

  private static void more(int count, PrintWriter out) {
    if (count > SHOWN) {
      out.printf(Locale.ROOT, "    and %,d more; --json names them all%n", count - SHOWN);
    }
  }
}
