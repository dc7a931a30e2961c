package org.maejava.data.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.data.Pictures;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.Source;

@DisplayName("A data spec")
class SpecOptionsTest {

  private static final byte[] PICTURE = Pictures.jpeg(20, 16, 1);

  @TempDir private Path folder;

  private ImageSet open(String spec) {
    return ImageSet.open(folder + spec, IndexCache.none());
  }

  private void images(String... names) {
    for (var name : names) {
      Pictures.write(folder.resolve(name), PICTURE);
    }
  }

  private static List<Integer> labels(Source source) {
    return IntStream.range(0, source.size()).mapToObj(source::label).toList();
  }

  private static List<String> names(Source source) {
    return IntStream.range(0, source.size()).mapToObj(i -> source.get(i).name()).toList();
  }

  @Test
  void cutsAnEvaluationHalfAndFewLabelsOffByItsOptions() {
    var data = ImageSet.open("fashion-mnist?val=0.1&train=5&seed=3", IndexCache.none());
    assertThat(data.evaluation().size()).isEqualTo(1_000);
    assertThat(data.training().size()).isEqualTo(50);
    assertThat(data.describe().getTrainingPerClassList()).containsOnly(5).hasSize(10);
    assertThat(data.spec()).isEqualTo("fashion-mnist?val=0.1&train=5&seed=3");
    assertThat(data.evaluation().about()).contains("Fashion-MNIST");
    var again = ImageSet.open("fashion-mnist?val=0.1&train=5&seed=3", IndexCache.none());
    assertThat(again.describe().getDigest()).isEqualTo(data.describe().getDigest());
    var other = ImageSet.open("fashion-mnist?val=0.1&train=5&seed=4", IndexCache.none());
    assertThat(other.describe().getDigest()).isNotEqualTo(data.describe().getDigest());
    assertThat(names(data.training())).doesNotContainAnyElementsOf(names(data.evaluation()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?vall=3|there is no option \"vall=3\" (did you mean val?); there are kind=, val=",
        "?val|there is no option \"val\"",
        "?val=0.2&val=0.5|val= is given twice",
        "?kind=zip|there is no kind=zip; there are folder, tfrecord",
        "?val=1.5|1.5 is neither a share between 0 and 1",
        "?val=many|many is neither a share",
        "?train=0|0 is neither a share",
        "?seed=x&val=1|seed=x is not a whole number",
        "?seed=3|seed= does not apply to what is there",
        "?coarse=true&first=1|coarse=, first= does not apply to what is there"
      })
  void isRefusedForWhatItsOptionsCannotBe(String options, String problem) {
    images("train/a/1.jpg", "train/a/2.jpg");
    assertThatThrownBy(() -> open(options))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void mayBeAPathOfAnyCharacters() {
    images("50 % of what?val=1&x/it's, ü/1.jpg");
    assertThat(open("/50 % of what?val=1&x").training().classes()).containsExactly("it's, ü");
  }

  @Test
  void readsAListWithClassesBehindTabsCommasOrSpaces() throws IOException {
    images("a b/1.jpg", "2.jpg", "deep/3.jpg");
    var list = folder.resolve("list.txt");
    Files.writeString(list, "# three\na b/1.jpg\tcat\n\n2.jpg,dog\ndeep/3.jpg cat\n");
    var labelled = open("/list.txt").training();
    assertThat(labelled.classes()).containsExactly("cat", "dog");
    assertThat(labels(labelled)).containsExactly(0, 1, 0);
    assertThat(labelled.get(0).name()).isEqualTo("a b/1.jpg");

    Files.writeString(list, "a b/1.jpg\n" + folder.resolve("2.jpg") + "\n");
    assertThat(open("/list.txt").training().classes()).isEmpty();
    assertThat(open("/list.txt").training().size()).isEqualTo(2);

    Files.writeString(list, "a b/1.jpg 1\n2.jpg 2\n");
    assertThat(labels(open("/list.txt?first=1").training())).containsExactly(0, 1);
    assertThat(open("/list.txt?first=1").training().classes()).containsExactly("1", "2");
  }

  @Test
  void namesEverythingThatIsWrongWithAList() throws IOException {
    images("1.jpg", "2.jpg");
    Files.writeString(
        folder.resolve("list.csv"), "1.jpg,cat\n2.jpg\nmissing.jpg,dog\ngone.jpg,cat\n");
    assertThatThrownBy(() -> open("/list.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 of 4 files are not there: missing.jpg, gone.jpg")
        .hasMessageContaining("1 of 4 lines have no class: 2.jpg");
    Files.writeString(folder.resolve("empty.txt"), "# nothing\n");
    assertThatThrownBy(() -> open("/empty.txt")).hasMessageContaining("names no images");
  }

  @Test
  void readsAListThatIsCsvAsCsv() throws IOException {
    images("a.jpg", "with, comma.jpg", "c.jpg");
    var list = folder.resolve("list.CSV");
    Files.writeString(
        list,
        "\uFEFFa.jpg,\"jelly\"\r\n\"with, comma.jpg\", \"cats, \"\"big\"\"\"\r\n\r\nc.jpg,ice cream\r\n");
    var data = open("/list.CSV").training();
    assertThat(data.classes()).containsExactly("cats, \"big\"", "ice cream", "jelly");
    assertThat(labels(data)).containsExactly(2, 0, 1);
    assertThat(data.get(1).name()).isEqualTo("with, comma.jpg");

    Files.writeString(list, "a.jpg,cats, big\n");
    assertThatThrownBy(() -> open("/list.CSV"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("\"a.jpg,cats,big\" has 3 values");
    for (var broken : List.of("a.jpg,\"open\n", "\"a.jpg\"x,cat\n")) {
      Files.writeString(list, broken);
      assertThatThrownBy(() -> open("/list.CSV"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("list.CSV cannot be read as CSV");
    }
    Files.writeString(list, "a.jpg,\"two\nlines\"\n");
    assertThatThrownBy(() -> open("/list.CSV")).hasMessageContaining("\"two\\nlines\"");
    for (var ending : List.of("csv", "txt")) {
      Files.writeString(folder.resolve("l." + ending), "path,class\na.jpg,cat\n");
      assertThatThrownBy(() -> open("/l." + ending))
          .hasMessageContaining("its first line, \"path,class\", looks like a header");
    }
  }

  @Test
  void readsLabelsAndClassesThatAreCsvOrBeginWithAByteOrderMark() throws IOException {
    images("flat/a.jpg", "flat/b.jpg");
    var file = folder.resolve("labels.csv");
    Files.writeString(file, "\uFEFFname,class\na.jpg,\"cats, big\"\n\"b.jpg\",ice cream\n");
    assertThat(open("/flat?labels=" + file).training().classes())
        .containsExactly("cats, big", "ice cream");
    Files.writeString(file, "1\n0\n");
    var names = Files.writeString(folder.resolve("names.csv"), "\uFEFF\"ice, white\"\njelly\n");
    var data = open("/flat?labels=" + file + "&classes=" + names).training();
    assertThat(data.classes()).containsExactly("ice, white", "jelly");
    assertThat(labels(data)).containsExactly(1, 0);
    Files.writeString(names, "0,ice\n1,jelly\n");
    assertThatThrownBy(() -> open("/flat?labels=" + file + "&classes=" + names))
        .hasMessageContaining("names.csv must have one name a line");

    Files.writeString(file, "a.jpg cat\nb.jpg dog\n");
    assertThatThrownBy(() -> open("/flat?labels=" + file))
        .hasMessageContaining("a comma stands between name and class: \"a.jpg cat\"");
    Files.writeString(file, "class\ncat\ndog\n");
    assertThatThrownBy(() -> open("/flat?labels=" + file))
        .hasMessageContaining("is the first, \"class\", a header?");
    var text = Files.writeString(folder.resolve("labels.txt"), "\uFEFFa.jpg cat\nb.jpg dog\n");
    assertThat(open("/flat?labels=" + text).training().classes()).containsExactly("cat", "dog");
  }

  /**
   * ImageNet's development kit numbers classes in an order of its own: numbers that stand for names
   * are refused until their order is told.
   */
  @Test
  void refusesNumbersForClassesWhoseOrderIsNotTold() throws IOException {
    images("train/n01/x.jpg", "train/n02/y.jpg", "train/n03/z.jpg");
    images("val/1.jpg", "val/2.jpg", "val/3.jpg", "other/1.jpg", "other/2.jpg");
    var file = folder.resolve("ILSVRC2012_validation_ground_truth.txt");
    var list = Files.writeString(folder.resolve("list.txt"), "other/1.jpg 2\nother/2.jpg 1\n");
    var names = Files.writeString(folder.resolve("names.txt"), "n02\nn03\nn01\n");
    for (var text : List.of("3\n1\n2", "1.jpg 3\n2.jpg 1\n3.jpg 2")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> open("?first=1&labels=" + file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file + " are numbers")
          .hasMessageContaining("classes=FILE")
          .hasMessageContaining("order=sorted");
      var data = open("?first=1&labels=" + file + "&classes=" + names);
      assertThat(labels(data.evaluation()).stream().map(data.evaluation().classes()::get))
          .containsExactly("n01", "n02", "n03");
    }
    assertThatThrownBy(() -> open("/train?evaluation=" + list))
        .hasMessageContaining("order=sorted");
    assertThat(labels(open("/train?order=sorted&evaluation=" + list).evaluation()))
        .containsExactly(2, 1);
    assertThatThrownBy(() -> open("/train?val=0.5&evaluation=" + list))
        .hasMessageContaining("val= and evaluation= both say what is evaluated on; give one");
    assertThatThrownBy(() -> open("?order=kit&labels=" + file))
        .hasMessageContaining("there is no order=kit; there is sorted");
  }

  /** Opening a pipe would wait until somebody writes to it. */
  @Test
  @Timeout(60)
  void leavesPipesAlone() throws IOException, InterruptedException {
    images("photos/1.jpg");
    var pipe = folder.resolve("photos/2.jpg");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    var data = open("/photos");
    assertThat(data.training().size()).isEqualTo(1);
    assertThatThrownBy(() -> open("/photos?labels=" + pipe)).hasMessageContaining("a pipe");
    assertThatThrownBy(() -> open("/photos/2.jpg")).isInstanceOf(DataException.class);
    Files.delete(folder.resolve("photos/1.jpg"));
    assertThat(
            new ProcessBuilder("mkfifo", folder.resolve("photos/1.jpg").toString())
                .start()
                .waitFor())
        .isZero();
    var swapped = (Example.Encoded) data.training().get(0);
    assertThatThrownBy(swapped::read).hasMessageContaining("is a pipe or device, no file");
  }

  /** As Kaggle's LOC_val_solution.csv, as pairs, as a column of names, and as numbers. */
  @Test
  void readsImageNetsFlatValWithItsLabelFile() throws IOException {
    images("train/n01/x.jpg", "train/n02/y.jpg", "train/n03/z.jpg");
    images("val/ILSVRC_1.JPEG", "val/ILSVRC_2.JPEG", "val/ILSVRC_3.JPEG");
    var solution = folder.resolve("LOC_val_solution.csv");
    Files.writeString(
        solution,
        "ImageId,PredictionString\nILSVRC_3,n02 85 131 499\nILSVRC_1,n03 1 2\nILSVRC_2,n01 3 4");
    assertThat(labels(open("?labels=" + solution).evaluation())).containsExactly(2, 0, 1);
    var file = folder.resolve("labels.txt");
    for (var text :
        List.of("ILSVRC_1.JPEG n03\nILSVRC_2.JPEG n01\nILSVRC_3.JPEG n02", "n03\nn01\nn02")) {
      Files.writeString(file, text);
      var data = open("?labels=" + file).requireLabelled();
      assertThat(labels(data.evaluation())).as(text).containsExactly(2, 0, 1);
      assertThat(data.evaluation().classes()).containsExactly("n01", "n02", "n03");
    }
    Files.writeString(file, "2\n0\n1");
    assertThat(labels(open("?order=sorted&labels=" + file).evaluation())).containsExactly(2, 0, 1);
    Files.writeString(file, "3\n1\n2");
    assertThat(labels(open("?first=1&order=sorted&labels=" + file).evaluation()))
        .containsExactly(2, 0, 1);
    Files.writeString(file, "ILSVRC_1 n03\nILSVRC_2 n09\nILSVRC_3 n01");
    assertThatThrownBy(() -> open("?labels=" + file))
        .hasMessageContaining("1 class is not among the 3 known ones: n09");
    Files.writeString(file, "ILSVRC_1 n03\n");
    assertThatThrownBy(() -> open("?labels=" + file))
        .hasMessageContaining("no class for 2 of 3 images: ILSVRC_2.JPEG, ILSVRC_3.JPEG");
    Files.writeString(file, "n03\nn01\n");
    assertThatThrownBy(() -> open("?labels=" + file)).hasMessageContaining("2 lines for 3 images");
  }

  /** The images that they are about are not those that are evaluated. */
  @Test
  void refusesLabelsOfAValThatAnotherOptionReplaces() throws IOException {
    images("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "train/b/2.jpg");
    images("val/1.jpg", "val/2.jpg", "other/a/1.jpg", "other/b/1.jpg");
    var file = Files.writeString(folder.resolve("labels.txt"), "1\n0\n");
    assertThatThrownBy(() -> open("?first=0&order=sorted&labels=" + file + "&val=1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("first=, order=, labels= does not apply to what is there");
    var elsewhere = "?order=sorted&labels=" + file + "&evaluation=" + folder.resolve("val");
    assertThat(labels(open(elsewhere).evaluation())).containsExactly(1, 0);
  }

  @Test
  void givesTheEvaluationHalfTheTrainingHalfsLabels() {
    images("train/a/1.jpg", "train/b/1.jpg", "train/c/1.jpg", "val/b/1.jpg", "val/c/1.jpg");
    var data = open("").requireLabelled();
    assertThat(labels(data.evaluation())).containsExactly(1, 2);
    assertThat(data.evaluation().get(0).label()).isEqualTo(1);
    images("other/c/1.jpg");
    var elsewhere = open("/train?evaluation=" + folder.resolve("other")).requireLabelled();
    assertThat(labels(elsewhere.evaluation())).containsExactly(2);
  }

  @Test
  void readsCifarsBinaryFiles() throws IOException {
    var record = new byte[1 + 3072];
    record[0] = 9;
    record[1] = 10; // red of the first pixel
    record[1 + 1024] = 20;
    record[1 + 2048 + 33] = 30; // blue of the second row's second pixel
    for (int i = 1; i <= 4; i++) {
      Files.write(folder.resolve("data_batch_" + i + ".bin"), record);
    }
    Files.write(folder.resolve("test_batch.bin"), record);
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("CIFAR-10 in " + folder + " lacks")
        .hasMessageContaining("data_batch_5.bin");
    Files.write(folder.resolve("data_batch_5.bin"), record);
    Files.writeString(
        folder.resolve("batches.meta.txt"),
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
    var data = open("").requireLabelled();
    assertThat(data.training().size()).isEqualTo(5);
    assertThat(data.training().classes()).hasSize(10).endsWith("truck");
    assertThat(data.evaluation().label(0)).isEqualTo(9);
    var image = ((Example.Raw) data.training().get(1)).image();
    assertThat(image.pixels()).hasSize(3072).startsWith(10, 20, 0, 0);
    assertThat(image.pixels()[3 * 33 + 2]).isEqualTo((byte) 30);

    Files.write(folder.resolve("data_batch_2.bin"), new byte[100]);
    assertThatThrownBy(() -> open(""))
        .hasMessageContaining("data_batch_2.bin has 100 bytes")
        .hasMessageContaining("a multiple of 3,073");
    try (var sparse = new RandomAccessFile(folder.resolve("data_batch_3.bin").toFile(), "rw")) {
      sparse.setLength(3073L << 22);
    }
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data_batch_1.bin with those that follow has 12,8")
        .hasMessageContaining("held in memory");
  }

  @Test
  void readsCifarsHundredClassesOrItsTwentySuperclasses() throws IOException {
    var record = new byte[2 + 3072];
    record[0] = 19;
    record[1] = 99;
    Files.write(folder.resolve("train.bin"), record);
    Files.write(folder.resolve("test.bin"), record);
    assertThat(open("").training().label(0)).isEqualTo(99);
    assertThat(open("").training().classes()).hasSize(100);
    assertThat(open("?coarse=true").training().label(0)).isEqualTo(19);
    assertThatThrownBy(() -> open("?coarse=yes")).hasMessageContaining("neither true nor false");
    assertThat(open("?coarse=true").evaluation().classes()).hasSize(20);
    record[1] = 100;
    Files.write(folder.resolve("train.bin"), record);
    assertThatThrownBy(() -> open(""))
        .hasMessageContaining("the label 100; there are names for 100 classes");
  }

  @Test
  void thatIsUnknownIsAnsweredWithAllThatCanBeNamed() {
    assertThatThrownBy(() -> open("/nothing"))
        .hasMessageContaining("nothing\"")
        .hasMessageContaining("TFRecord or tar files");
    assertThat(ImageSet.help())
        .contains("fashion-mnist", "<class>/...", "WebDataset", "val=0.1")
        .doesNotContain("\t");
    assertThat(ImageSet.help().lines()).allMatch(line -> line.length() <= 110);
  }
}
