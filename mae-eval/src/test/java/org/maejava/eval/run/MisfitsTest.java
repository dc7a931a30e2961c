package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.config.TrainingLength;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.recipe.Recipes;

@DisplayName("Before a run begins it is said")
class MisfitsTest {

  @TempDir private Path folder;

  private List<String> said(String family, int width, int height, boolean grey) throws IOException {
    var photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < 3; i++) {
      var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < width; x++) {
        image.setRGB(x, 0, grey ? 0x808080 : 0x4080C0);
      }
      ImageIO.write(image, "png", photos.resolve(i + ".png").toFile());
    }
    var data = ImageSet.open(photos.toString());
    var recipe = Recipes.load(family, "pretrain", List.of());
    return Misfits.of(recipe, data.training(), data.describe()).stream()
        .filter(note -> !note.contains("image passes"))
        .toList();
  }

  @Test
  void thatImagePassesAreTooFewAndHowManyTheDemoTakes() {
    assertThat(passes("demo", 1, "fashion-mnist"))
        .singleElement()
        .asString()
        .startsWith("10,000 images, 1 epoch of 78 updates of 128: 9,984 image passes are too few")
        .endsWith("give it more images, or 50 epochs");
    assertThat(passes("demo", 48, "fashion-mnist?train=1"))
        .singleElement()
        .asString()
        .startsWith("10 images, 48 epochs of 1 update of 10: 480 image passes")
        .endsWith("weights that were trained on others");
    assertThat(passes("demo", 10, "fashion-mnist")).isEmpty();
    assertThat(passes("demo", 50_000, "fashion-mnist?train=1"))
        .singleElement()
        .asString()
        .startsWith("10 images pass by 50,000 times each")
        .endsWith("1,000 epochs are a first look");
  }

  private static List<String> passes(String family, int epochs, String spec) {
    var data = ImageSet.open(spec);
    var recipe = TrainingLength.lasting(Recipes.load(family, "pretrain", List.of()), epochs);
    return Misfits.of(
        TrainingLength.forImages(recipe, data.training().size()), data.training(), data.describe());
  }

  @Test
  void thatSmallImagesAreEnlargedAndWhatIsForThem() throws IOException {
    assertThat(said("b16", 64, 64, false))
        .singleElement()
        .asString()
        .contains("in colour (64 x 64 or so) and the recipe's in colour (224 x 224)")
        .contains("enlarging adds no detail")
        .contains("--recipe tiny-64");
  }

  @Test
  void thatColoursAreLost() throws IOException {
    assertThat(said("demo", 80, 60, false))
        .singleElement()
        .asString()
        .contains("their colours are lost")
        .contains("--recipe tiny-64");
  }

  @Test
  void thatLittleIsLeftOfPhotographs() throws IOException {
    assertThat(said("tiny-64", 900, 700, false))
        .singleElement()
        .asString()
        .contains("little of their detail is left");
  }

  @Test
  void nothingOfImagesThatTheRecipeIsFor() throws IOException {
    assertThat(said("tiny-64", 80, 60, false)).isEmpty();
    assertThat(said("b16", 500, 375, false)).isEmpty();
    var fashion = ImageSet.open("fashion-mnist");
    assertThat(
            Misfits.of(
                Recipes.load("demo", "finetune", List.of()),
                fashion.training(),
                fashion.describe()))
        .isEmpty();
  }
}
