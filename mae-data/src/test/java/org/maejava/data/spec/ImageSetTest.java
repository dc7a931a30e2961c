package org.maejava.data.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;

class ImageSetTest {

  private static final byte[] PICTURE = Pictures.jpeg(20, 16, 1);

  @TempDir private Path folder;

  @Test
  void theBundledImagesGoByTheirName() {
    var data = ImageSet.open("fashion-mnist").requireLabelled();
    var description = data.describe();
    assertThat(description.getSpec()).isEqualTo("fashion-mnist");
    assertThat(description.getTrainingImages()).isEqualTo(10_000);
    assertThat(description.getEvaluationImages()).isEqualTo(2_000);
    assertThat(description.getClassesList()).contains("Ankle boot");
    assertThat(description.getDigest()).hasSize(64);
  }

  @Test
  void imageNetsLayoutHasBothHalvesSortedByName() {
    images(
        "train/b/2.JPEG", "train/b/1.png", "train/a/deep/er/3.jpg", "val/a/4.jpg", "val/b/5.gif");
    var data = ImageSet.open(folder.toString()).requireLabelled();
    assertThat(data.training().classes()).containsExactly("a", "b");
    assertThat(names(data.training()))
        .containsExactly("train/a/deep/er/3.jpg", "train/b/1.png", "train/b/2.JPEG");
    assertThat(data.training().label(0)).isZero();
    assertThat(data.training().label(2)).isEqualTo(1);
    assertThat(names(data.evaluation())).containsExactly("val/a/4.jpg", "val/b/5.gif");
  }

  @Test
  void classFoldersAloneAreEnoughToPreTrain() {
    images("a/1.jpg", "b/2.jpg");
    var data = ImageSet.open(folder.toString());
    assertThat(data.training().classes()).containsExactly("a", "b");
    assertThat(data.evaluation().size()).isZero();
    assertThatThrownBy(data::requireLabelled)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no evaluation images")
        .hasMessageContaining("put some into val");
  }

  @Test
  void looseImagesAndASingleOneHaveNoLabels() {
    images("2.jpg", "1.jpg");
    var flat = ImageSet.open(folder.toString());
    assertThat(flat.training().size()).isEqualTo(2);
    assertThat(flat.training().classes()).isEmpty();
    assertThat(flat.training().label(0)).isEqualTo(Example.UNLABELLED);
    assertThat(names(flat.training()).get(0)).endsWith("/1.jpg");
    assertThatThrownBy(flat::requireLabelled).hasMessageContaining("no labels");

    var single = ImageSet.open(folder.resolve("2.jpg").toString());
    assertThat(single.training().size()).isEqualTo(1);
    assertThat(single.training().about()).contains("2.jpg");
  }

  @Test
  void aFolderOfImagesMayHoldOtherFolders() {
    images("1.jpg", "2.jpg");
    Pictures.write(folder.resolve("notes/read.txt"), PICTURE);
    assertThat(ImageSet.open(folder.toString()).training().size()).isEqualTo(2);
  }

  @Test
  void mnistsFilesAreFoundInAFolder() {
    Pictures.write(
        folder.resolve("train-images-idx3-ubyte"),
        new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6});
    Pictures.write(
        folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 0, 1});
    var data = ImageSet.open(folder.toString());
    assertThat(data.training().size()).isEqualTo(2);
    assertThat(data.training().classes()).containsExactly("0", "1");
    assertThat(data.evaluation().about()).contains("t10k-images-idx3-ubyte");
  }

  @Test
  void hiddenAndOtherFilesAreLeftOut() {
    images("train/a/1.jpg", "train/a/.hidden.jpg", "train/.b/2.jpg", "train/a/notes.txt");
    images("train/loose.jpg", "val/a/1.jpg");
    assertThat(names(ImageSet.open(folder.toString()).training())).containsExactly("train/a/1.jpg");
  }

  @Test
  void theDigestNoticesNamesAndSizesAndNotThePlace() {
    images("x/train/a/1.jpg", "x/val/a/1.jpg", "y/train/a/1.jpg", "y/val/a/1.jpg");
    var x = ImageSet.open(folder.resolve("x").toString()).describe().getDigest();
    assertThat(ImageSet.open(folder.resolve("y").toString()).describe().getDigest()).isEqualTo(x);
    Pictures.write(folder.resolve("y/val/a/1.jpg"), Pictures.jpeg(20, 17, 1));
    assertThat(ImageSet.open(folder.resolve("y").toString()).describe().getDigest())
        .isNotEqualTo(x);
  }

  @Test
  void anUnknownSpecIsAnsweredWithWhatIsPossible() {
    assertThatThrownBy(() -> ImageSet.open(folder.resolve("fashion-minst").toString()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("fashion-minst")
        .hasMessageContaining("--data takes fashion-mnist (bundled), a folder with train/<class>/");
    assertThatThrownBy(() -> ImageSet.open("\0")).isInstanceOf(DataException.class);
  }

  @Test
  void aFolderWithoutImagesSaysWhatItHolds() {
    images("train/a/1.heic", "train/a/2.heic", "train/a/notes");
    assertThatThrownBy(() -> ImageSet.open(folder.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train holds no images")
        .hasMessageContaining("2 .heic")
        .hasMessageContaining("1 without extension");
    assertThatThrownBy(() -> ImageSet.open(folder.resolve("train/a").toString()))
        .hasMessageContaining("holds no images");
  }

  @Test
  void everythingInTheWayOfLabelsIsSaidAtOnce() {
    images("train/a/1.jpg", "val/b/1.jpg", "val/c/1.jpg");
    assertThatThrownBy(() -> ImageSet.open(folder.toString()).requireLabelled())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("one class, a")
        .hasMessageContaining("only in training [a], only in evaluation [b, c]");
  }

  @Test
  void aValidationFolderWithoutTrainingIsAMistake() {
    images("val/a/1.jpg");
    assertThatThrownBy(() -> ImageSet.open(folder.toString())).hasMessageContaining("no train");
  }

  private void images(String... names) {
    for (var name : names) {
      Pictures.write(folder.resolve(name), PICTURE);
    }
  }

  private static List<String> names(Source source) {
    return IntStream.range(0, source.size()).mapToObj(i -> source.get(i).name()).toList();
  }
}
