package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.proto.RunRecord;

@DisplayName("From image files to answers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesToAnswersTest {

  private static final Path HOSTILE = Path.of("../../shared/data/hostile");

  @TempDir static Path folder;
  private SavedModel model;
  private Path picture;

  @BeforeAll
  void exportAndLoad() throws IOException {
    try (var graph = TinyExport.classifier()) {
      model =
          SavedModel.open(
              SavedModelWriter.write(
                  graph, TinyExport.classifierRecord(), folder.resolve("classifier")));
    }
    picture = Files.write(folder.resolve("picture.png"), TinyExport.files(1).get(0));
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void aFileItsBytesAStreamOfThemAndJavasImageHaveTheSameAnswer() throws IOException {
    var bytes = Files.readAllBytes(picture);
    var ranking = model.classify(picture);
    assertThat(ranking.scores()).hasSize(7);
    assertThat(TinyExport.CLASSES).contains(ranking.best().name());
    assertThat(ranking.top(99)).isEqualTo(ranking.scores());
    assertThat(model.classify(bytes)).isEqualTo(ranking);
    assertThat(model.classify(new ByteArrayInputStream(bytes))).isEqualTo(ranking);
    assertThat(model.classify(ImageIO.read(picture.toFile()))).isEqualTo(ranking);
    assertThat(model.features(bytes)).containsExactly(model.features(picture));
  }

  @Test
  void aGreyImageOfJavaIsNotMadeLighter() throws IOException {
    var grey = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY);
    var colour = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB_PRE);
    for (int i = 0; i < 1600; i++) {
      grey.getRaster().setSample(i % 40, i / 40, 0, i % 256);
      colour.setRGB(i % 40, i / 40, 0xff000000 | i % 256 * 0x010101);
    }
    assertThat(model.features(grey)).containsExactly(model.features(colour));
  }

  @Test
  void manyFilesAreAnsweredInOrderAndBadOnesReported() throws IOException {
    var files = new ArrayList<Path>();
    var contents = TinyExport.files(70);
    for (int i = 0; i < 70; i++) {
      files.add(Files.write(folder.resolve("many" + i), contents.get(i)));
    }
    files.add(3, Files.writeString(folder.resolve("text.jpg"), "no image"));
    files.add(40, folder.resolve("nowhere.jpg"));
    files.add(41, folder);

    List<FileResult<float[]>> results;
    try (var answers = model.features(files.stream())) {
      results = answers.toList();
    }

    assertThat(results).extracting(FileResult::file).isEqualTo(files);
    for (var result : results) {
      if (result instanceof FileResult.Success<float[]> success) {
        assertThatValues(success.value()).isCloseTo(model.features(success.file()), 1e-5, 1e-6);
      }
    }
    assertThat(results)
        .filteredOn(FileResult.Failure.class::isInstance)
        .extracting(Object::toString)
        .satisfiesExactly(
            text -> assertThat(text).contains("text.jpg"),
            missing -> assertThat(missing).contains("there is no file"),
            directory -> assertThat(directory).contains("is a folder, no file"));
  }

  @Test
  @Timeout(30)
  void aPipeNamedLikeAnImageIsNotWaitedFor() throws Exception {
    var pipe = folder.resolve("pipe.jpg");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> model.classify(pipe)).hasMessageContaining("a pipe or device");
    try (var answers = model.features(Stream.of(pipe, picture))) {
      assertThat(answers.toList())
          .satisfiesExactly(
              refused -> assertThat(refused).isInstanceOf(FileResult.Failure.class),
              read -> assertThat(read).isInstanceOf(FileResult.Success.class));
    }
  }

  @Test
  void aStreamOfFilesIsReadOnlyAsFarAsAnswersAreTaken() {
    var taken = new AtomicInteger();
    var endless = Stream.generate(() -> picture).peek(file -> taken.incrementAndGet());
    try (var answers = model.classify(endless)) {
      assertThat(answers.limit(5).toList()).hasSize(5);
    }
    assertThat(taken.get()).isLessThanOrEqualTo(2 * FileBatches.SIZE);
  }

  @Test
  void whatIsNoImageIsRefusedWithItsNameAndTheReason() {
    assertThatThrownBy(() -> model.classify(folder.resolve("nowhere.jpg")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere.jpg: the file cannot be read: there is no file");
    assertThatThrownBy(() -> model.classify(new byte[0])).hasMessageStartingWith("the image: ");
    assertThatThrownBy(() -> model.features(new ByteArrayInputStream(new byte[] {1, 2, 3})))
        .hasMessageStartingWith("the stream: ");
  }

  /** Odd and broken files: each is answered or refused with a reason, none stops the rest. */
  @Test
  void everyHostileImageIsAnsweredOrRefused() throws IOException {
    assumeTrue(Files.isDirectory(HOSTILE), "no hostile images on this machine");
    try (var files = Files.walk(HOSTILE).filter(Files::isRegularFile).sorted();
        var answers = model.classify(files)) {
      var results = answers.toList();
      assertThat(results).isNotEmpty();
      for (var result : results) {
        if (result instanceof FileResult.Failure<Ranking> failure) {
          assertThat(failure.reason()).as(failure.file().toString()).isNotBlank();
        }
      }
    }
  }

  @Test
  void manyThreadsHaveTheSameAnswersAsOne() throws IOException {
    var alone = model.features(picture);
    var together =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return model.features(picture);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .toList();
    assertThat(together).allSatisfy(one -> assertThat(one).containsExactly(alone));
  }

  @Test
  void aClosedModelSaysSo() throws IOException {
    var closed = SavedModel.open(folder.resolve("classifier"));
    closed.images();
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.features(TinyExport.pixels(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void aModelWhoseRecordIsNotKnownStillTakesPixels() throws IOException {
    try (var graph = TinyExport.classifier();
        var unknown =
            SavedModel.open(
                SavedModelWriter.write(
                    graph, RunRecord.getDefaultInstance(), folder.resolve("unknown")))) {
      assertThat(unknown.rankings(TinyExport.pixels(1)).get(0).best().name()).matches("[0-6]");
      assertThatThrownBy(() -> unknown.classify(picture))
          .hasMessageContaining("has no record of how images are resized");
    }
  }

  @Test
  void filesThatAreNotThoseThatWereExportedAreAllNamed() throws IOException {
    try (var graph = TinyExport.classifier()) {
      var damaged =
          SavedModelWriter.write(graph, TinyExport.classifierRecord(), folder.resolve("damaged"));
      Files.writeString(damaged.resolve("assets/classes.txt"), "ant\n");
      Files.delete(damaged.resolve("record.json"));
      assertThatThrownBy(() -> SavedModel.open(damaged))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("assets/classes.txt is not the file that was written")
          .hasMessageContaining("record.json is missing");
    }
  }
}
