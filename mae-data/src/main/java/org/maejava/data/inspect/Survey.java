package org.maejava.data.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.maejava.data.flow.Dataset;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.data.flow.Place;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Image;
import org.maejava.data.image.ImageHeader.Format;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.proto.ClassCount;
import org.maejava.data.proto.DataSurvey;
import org.maejava.data.proto.DuplicateImage;
import org.maejava.data.proto.HalfSurvey;
import org.maejava.data.proto.Quartiles;
import org.maejava.data.proto.TwinImage;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;

/**
 * Opens every image of a data set and tells what it found: formats, sizes, what cannot be read,
 * duplicates, the balance of the classes. Memory grows by a few numbers for each image.
 */
public final class Survey {

  /** Compressed formats whose decoders notice nothing where bytes were zeroed. */
  private static final Set<Format> WITHOUT_CHECKSUM = Set.of(Format.JPEG, Format.GIF, Format.WEBP);

  /** What disks and archives lose at least. */
  private static final int BLOCK = 512;

  private final int workers;
  private final IntConsumer progress;

  /**
   * A survey.
   *
   * @param workers threads that decode
   * @param progress told how many images were opened, of both halves together
   */
  public Survey(int workers, IntConsumer progress) {
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * What is wrong, in phrases; nothing if all is in order: images that cannot be read, that have no
   * class where others have one, that are in two classes or in both halves; halves of other
   * classes. Other twins are no mistake.
   */
  public static List<String> problems(DataSurvey survey) {
    var halves = List.of(survey.getTraining(), survey.getEvaluation());
    var problems = new ArrayList<String>();
    add(halves.stream().mapToInt(HalfSurvey::getUnreadableCount).sum(), "cannot be read", problems);
    add(
        halves.stream().mapToInt(HalfSurvey::getUnlabelledCount).sum(),
        "without a class",
        problems);
    add(
        halves.stream()
            .flatMap(half -> half.getTwinsList().stream())
            .filter(TwinImage::getOtherClass)
            .count(),
        "in another class too",
        problems);
    add(survey.getDuplicatesAcrossCount(), "in both halves", problems);
    if (survey.getTraining().getClassesCount() > 0 && survey.getEvaluation().getImages() > 0) {
      ImageSet.classesDiffer(classes(survey.getTraining()), classes(survey.getEvaluation()))
          .ifPresent(problems::add);
    }
    return problems;
  }

  private static List<String> classes(HalfSurvey half) {
    return half.getClassesList().stream().map(ClassCount::getName).toList();
  }

  /** Images that may be damaged, or may not: nobody but who looks at them can tell. */
  public static int doubtful(DataSurvey survey) {
    return survey.getTraining().getZeroedCount() + survey.getEvaluation().getZeroedCount();
  }

  /** How many classes have no images in a half, or in both. */
  public static int emptyClasses(DataSurvey survey) {
    return (int)
        Stream.of(survey.getTraining(), survey.getEvaluation())
            .flatMap(half -> half.getEmptyClassesList().stream())
            .distinct()
            .count();
  }

  private static void add(long images, String what, List<String> problems) {
    if (images > 0) {
      problems.add(Counted.of(images, "image") + " " + what);
    }
  }

  /** Opens everything. */
  public DataSurvey of(ImageSet data) {
    var training = new Half(data.training());
    training.open(0);
    var evaluation = new Half(data.evaluation());
    evaluation.open(data.training().size());
    return DataSurvey.newBuilder()
        .setSpec(data.spec())
        .setTraining(training.found())
        .setEvaluation(evaluation.found())
        .addAllDuplicatesAcross(across(training, evaluation))
        .build();
  }

  private static List<DuplicateImage> across(Half training, Half evaluation) {
    Map<Long, Integer> first = new HashMap<>();
    for (int i = 0; i < evaluation.contents.length; i++) {
      if (evaluation.readable[i]) {
        first.putIfAbsent(evaluation.contents[i], i);
      }
    }
    var pairs = new ArrayList<DuplicateImage>();
    for (int i = 0; i < training.contents.length; i++) {
      var twin = first.get(training.contents[i]);
      if (training.readable[i] && twin != null) {
        pairs.add(
            DuplicateImage.newBuilder()
                .setTraining(training.source.get(i).name())
                .setEvaluation(evaluation.source.get(twin).name())
                .build());
      }
    }
    return pairs;
  }

  /** One image, opened. */
  private sealed interface Opened {
    record Whole(
        String format, int width, int height, int bytes, long contents, boolean hasZeroedBlock)
        implements Opened {}

    record Broken(String reason, int bytes) implements Opened {}
  }

  private final class Half {
    final Source source;
    final long[] contents;
    final boolean[] readable;
    private final int[] widths;
    private final int[] heights;
    private final Map<String, Integer> formats = new TreeMap<>();
    private final HalfSurvey.Builder found = HalfSurvey.newBuilder();

    Half(Source source) {
      this.source = source;
      contents = new long[source.size()];
      readable = new boolean[source.size()];
      widths = new int[source.size()];
      heights = new int[source.size()];
    }

    void open(int before) {
      try (var opened = Dataset.of(source).mapWith(Opening::new, workers).open()) {
        for (int i = 0; opened.hasNext(); i++) {
          add(i, opened.next());
          progress.accept(before + i + 1);
        }
      }
    }

    private void add(int index, Opened opened) {
      if (opened instanceof Opened.Whole whole) {
        readable[index] = true;
        contents[index] = whole.contents();
        widths[index] = whole.width();
        heights[index] = whole.height();
        formats.merge(whole.format(), 1, Integer::sum);
        found.setBytes(found.getBytes() + whole.bytes());
        if (whole.hasZeroedBlock()) {
          found.addZeroed(source.get(index).name());
        }
      } else if (opened instanceof Opened.Broken broken) {
        found.setBytes(found.getBytes() + broken.bytes());
        found.addUnreadable(
            UnreadableImage.newBuilder()
                .setName(source.get(index).name())
                .setReason(broken.reason()));
      }
    }

    HalfSurvey found() {
      found.setAbout(source.about()).setImages(source.size()).putAllFormats(formats);
      found.addAllUnlabelled(ImageSet.unlabelled(source));
      found.addAllEmptyClasses(source.emptyClasses());
      addTwins();
      if (readableOnes(i -> i).findAny().isPresent()) {
        found.setWidth(quartiles(widths)).setHeight(quartiles(heights));
      }
      var counts = new int[source.classes().size()];
      for (int i = 0; i < source.size(); i++) {
        if (source.label(i) != Example.UNLABELLED) {
          counts[source.label(i)]++;
        }
      }
      for (int label = 0; label < counts.length; label++) {
        found.addClasses(
            ClassCount.newBuilder().setName(source.classes().get(label)).setImages(counts[label]));
      }
      return found.build();
    }

    private void addTwins() {
      Map<Long, Integer> firsts = new HashMap<>();
      for (int i = 0; i < contents.length; i++) {
        var first = readable[i] ? firsts.putIfAbsent(contents[i], i) : null;
        if (first != null) {
          found.addTwins(
              TwinImage.newBuilder()
                  .setImage(source.get(i).name())
                  .setFirst(source.get(first).name())
                  .setOtherClass(source.label(i) != source.label(first)));
        }
      }
      found.setDuplicates(found.getTwinsCount());
    }

    private LongStream readableOnes(IntToLongFunction of) {
      return IntStream.range(0, readable.length).filter(i -> readable[i]).mapToLong(of);
    }

    private Quartiles quartiles(int[] sides) {
      var sorted = readableOnes(i -> sides[i]).sorted().toArray();
      return Quartiles.newBuilder()
          .setSmallest((int) sorted[0])
          .setMedian((int) sorted[sorted.length / 2])
          .setLargest((int) sorted[sorted.length - 1])
          .build();
    }
  }

  private static final class Opening implements Mapping<Place, Opened> {
    private final Decoder decoder = new Decoder(3);

    @Override
    public Opened apply(Place place) {
      if (place.example() instanceof Example.Raw raw) {
        var image = raw.image();
        return new Opened.Whole(
            "raw", image.width(), image.height(), image.pixels().length, hash(image), false);
      }
      byte[] bytes = {};
      try {
        bytes = ((Example.Encoded) place.example()).read();
        var header = decoder.header(bytes);
        var image = decoder.decode(bytes);
        return new Opened.Whole(
            header.format().name(),
            image.width(),
            image.height(),
            bytes.length,
            hash(image),
            WITHOUT_CHECKSUM.contains(header.format()) && hasZeroedBlock(bytes));
      } catch (UnreadableImageException e) {
        return new Opened.Broken(e.reason(), bytes.length);
      } catch (OutOfMemoryError e) {
        return new Opened.Broken(
            "Java's heap of %,d MB is too small for it beside what else is there: give more with -Xmx"
                .formatted(Runtime.getRuntime().maxMemory() >> 20),
            0);
      }
    }

    private static boolean hasZeroedBlock(byte[] bytes) {
      int zeros = 0;
      for (byte b : bytes) {
        zeros = b == 0 ? zeros + 1 : 0;
        if (zeros == BLOCK) {
          return true;
        }
      }
      return false;
    }

    /**
     * Of the pixels, whatever the file: the first 64 bits of SHA-256, enough to tell a hundred
     * million images apart.
     */
    private static long hash(Image image) {
      return image.sha256().asLong();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
