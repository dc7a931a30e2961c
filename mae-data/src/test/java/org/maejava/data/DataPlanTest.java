package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Floats;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.flow.DataThreads;
import org.maejava.data.flow.Numbered;
import org.maejava.data.source.DataException;
import org.maejava.data.source.FashionMnist;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Source;
import org.maejava.proto.CenterCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PatchShape;
import org.maejava.proto.Position;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.RandomResizedCrop;
import org.maejava.proto.TransformerConfig;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class DataPlanTest {

  private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @AfterEach
  void noThreadOutlivesItsCursor() {
    assertThat(DataThreads.alive()).isEmpty();
  }

  @Test
  void preTrainingBatchesHoldImagesAndMaskNoise() {
    var plan = plan(grey(), 1, 1);
    try (var cursor = plan.pretraining(FashionMnist.training(), 32).open();
        var batch = cursor.next()) {
      assertThat(batch.tensors()).containsOnlyKeys(Batch.IMAGES, Batch.NOISE);
      assertThat(batch.tensors().get(Batch.IMAGES).shape()).isEqualTo(Shape.of(32, 28, 28, 1));
      assertThat(batch.tensors().get(Batch.NOISE).shape()).isEqualTo(Shape.of(32, 49));
      assertThat(batch.size()).isEqualTo(32);
      assertThat(batch.names()).hasSize(32).doesNotHaveDuplicates();
      assertThat(batch.next().getEpoch()).isZero();
      assertThat(batch.next().getIndex()).isEqualTo(32);
      for (float value : values(batch, Batch.NOISE)) {
        assertThat(value).isBetween(0f, 1f);
      }
    }
    assertThat(DataPlan.batchesPerEpoch(FashionMnist.training(), 32)).isEqualTo(312);
  }

  @Test
  void classificationBatchesHoldSmoothedLabelsAndDropPathNoise() {
    var source = FashionMnist.training();
    try (var cursor = plan(grey(), 1, 2).classification(source, 16, 0.1).open();
        var batch = cursor.next()) {
      assertThat(batch.tensors()).containsOnlyKeys(Batch.IMAGES, Batch.LABELS, Batch.DROP_PATH);
      assertThat(batch.tensors().get(Batch.DROP_PATH).shape()).isEqualTo(Shape.of(16, 2 * 5));
      var labels = values(batch, Batch.LABELS);
      for (int row = 0; row < 16; row++) {
        int label = source.label(Integer.parseInt(batch.names().get(row)));
        for (int other = 0; other < 10; other++) {
          assertThat(labels[row * 10 + other])
              .isCloseTo(other == label ? 0.91f : 0.01f, within(1e-7f));
        }
      }
    }
  }

  @Test
  void imagesAreNormalisedPixels() {
    var source = new Numbered(2, 2);
    var data = centred().setMean(0, 0.5).setStd(0, 0.25).build();
    var model = model(8, 1).build();
    try (var cursor = new DataPlan(data, model, 1, 1).evaluation(source, 2).open();
        var batch = cursor.next()) {
      var images = values(batch, Batch.IMAGES);
      assertThat(images[0]).isEqualTo((0 / 255f - 0.5f) / 0.25f);
      assertThat(images[64]).isEqualTo((1 / 255f - 0.5f) / 0.25f);
    }
  }

  @Test
  void evaluationCountsEachImageOnceInOrder() {
    var source = new Numbered(23, 3);
    var names = new ArrayList<String>();
    float weight = 0;
    try (var cursor =
        new DataPlan(centred().build(), model(8, 1).build(), 1, 3).evaluation(source, 5).open()) {
      while (cursor.hasNext()) {
        try (var batch = cursor.next()) {
          names.addAll(batch.names());
          var weights = values(batch, Batch.WEIGHTS);
          var labels = values(batch, Batch.LABELS);
          assertThat(weights).hasSize(5);
          for (int row = 0; row < 5; row++) {
            weight += weights[row];
            assertThat(weights[row]).isEqualTo(row < batch.size() ? 1 : 0);
            float sum = labels[3 * row] + labels[3 * row + 1] + labels[3 * row + 2];
            assertThat(sum).isEqualTo(weights[row]);
          }
        }
      }
    }
    assertThat(weight).isEqualTo(23);
    assertThat(names).hasSize(23).doesNotHaveDuplicates().startsWith("image 0", "image 1");
  }

  @Test
  void reconstructionNeedsNoLabels() {
    Pictures.write(folder.resolve("photo.jpg"), Pictures.jpeg(70, 50, 1));
    var source = ImageFolder.of(folder);
    try (var cursor = plan(colour(), 1, 1).reconstruction(source, 2).open();
        var batch = cursor.next()) {
      assertThat(batch.tensors()).containsOnlyKeys(Batch.IMAGES, Batch.WEIGHTS, Batch.NOISE);
      assertThat(batch.size()).isEqualTo(1);
    }
  }

  /** Two epochs of JPEGs with broken ones among them: the hardest case for positions. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aResumedRunReadsTheVeryBatchesOfAnUninterruptedOne(int workers) {
    var source = photosWithBroken(19, 2);
    var whole = new ArrayList<Map<String, List<Float>>>();
    var positions = new ArrayList<Position>();
    positions.add(Position.getDefaultInstance());
    try (var cursor = plan(colour(), 3, workers).pretraining(source, 4).open()) {
      for (int i = 0; i < 8; i++) {
        try (var batch = cursor.next()) {
          whole.add(contents(batch));
          positions.add(batch.next());
        }
      }
    }
    for (int k = 0; k < 8; k++) {
      try (var cursor = plan(colour(), 3, 2).pretraining(source, 4).open(positions.get(k))) {
        for (int i = k; i < 8; i++) {
          try (var batch = cursor.next()) {
            assertThat(contents(batch)).as("batch %s from %s", i, k).isEqualTo(whole.get(i));
            assertThat(batch.next()).isEqualTo(positions.get(i + 1));
          }
        }
      }
    }
  }

  @Test
  void anotherEpochAndAnotherSeedDrawAnew() {
    var source = new Numbered(4, 1);
    var data = grey().toBuilder().clearMean().addMean(0).build();
    var first = onlyBatches(new DataPlan(data, model(8, 1).build(), 1, 1), source, 2);
    var other = onlyBatches(new DataPlan(data, model(8, 1).build(), 2, 1), source, 2);
    assertThat(first.get(0)).isNotEqualTo(first.get(1)).isNotEqualTo(other.get(0));
  }

  @Test
  void anImageSmallerThanAPatchIsEnlarged() {
    Pictures.write(folder.resolve("a/dot.png"), Pictures.jpeg(1, 1, 1));
    var source = ImageFolder.of(folder);
    try (var cursor = plan(colour(), 1, 1).pretraining(source, 1).open();
        var batch = cursor.next()) {
      assertThat(batch.tensors().get(Batch.IMAGES).shape()).isEqualTo(Shape.of(1, 32, 32, 3));
    }
  }

  @Test
  void aBatchLargerThanTheDataIsRefused() {
    assertThatThrownBy(() -> plan(grey(), 1, 1).pretraining(new Numbered(5, 1), 6))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("training.batch_size 6")
        .hasMessageContaining("5 images");
  }

  @Test
  void everythingMissingInTheRecipeIsSaidAtOnce() {
    assertThatThrownBy(
            () -> new DataPlan(DataConfig.getDefaultInstance(), model(28, 1).build(), 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data.mean has 0 values and data.std 0; model.image.channels is 1")
        .hasMessageContaining("data.random_resized_crop or center_crop is not set")
        .hasMessageContaining("data.flip_probability is not set")
        .hasMessageContaining("data.eval_crop_fraction is not set")
        .hasMessageContaining("data.max_unreadable_share is not set");
  }

  private Source photosWithBroken(int good, int broken) {
    for (int i = 0; i < good; i++) {
      Pictures.write(folder.resolve("a/photo" + i + ".jpg"), Pictures.jpeg(40 + i, 50 - i, i));
    }
    for (int i = 0; i < broken; i++) {
      Pictures.write(folder.resolve("a/broken" + i + ".jpg"), NO_IMAGE);
    }
    return ImageFolder.of(folder);
  }

  private static DataPlan plan(DataConfig data, long seed, int workers) {
    return data.getMeanCount() == 1
        ? new DataPlan(data, model(28, 1).build(), seed, workers)
        : new DataPlan(data, model(32, 3).build(), seed, workers);
  }

  private static DataConfig grey() {
    return augmented().addMean(0.286).addStd(0.353).build();
  }

  private static DataConfig colour() {
    return augmented()
        .addAllMean(List.of(0.485, 0.456, 0.406))
        .addAllStd(List.of(0.229, 0.224, 0.225))
        .build();
  }

  private static DataConfig.Builder augmented() {
    return DataConfig.newBuilder()
        .setRandomResizedCrop(
            RandomResizedCrop.newBuilder()
                .setMinArea(0.2)
                .setMaxArea(1)
                .setMinAspect(0.75)
                .setMaxAspect(4 / 3.0))
        .setFlipProbability(0.5)
        .setEvalCropFraction(0.875)
        .setMaxUnreadableShare(0.25);
  }

  private static DataConfig.Builder centred() {
    return DataConfig.newBuilder()
        .addMean(0)
        .addStd(1)
        .setCenterCrop(CenterCrop.getDefaultInstance())
        .setFlipProbability(0)
        .setEvalCropFraction(1)
        .setMaxUnreadableShare(0);
  }

  private static ModelConfig.Builder model(int side, int channels) {
    return ModelConfig.newBuilder()
        .setImage(ImageShape.newBuilder().setHeight(side).setWidth(side).setChannels(channels))
        .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(4))
        .setEncoder(TransformerConfig.newBuilder().setDepth(5))
        .setMaskRatio(0.75)
        .setRandomMasking(RandomMasking.getDefaultInstance());
  }

  private static List<Map<String, List<Float>>> onlyBatches(DataPlan plan, Source all, int count) {
    var result = new ArrayList<Map<String, List<Float>>>();
    try (var cursor = plan.pretraining(all, all.size()).open()) {
      for (int i = 0; i < count; i++) {
        try (var batch = cursor.next()) {
          result.add(contents(batch));
        }
      }
    }
    return result;
  }

  private static Map<String, List<Float>> contents(Batch batch) {
    var contents = new LinkedHashMap<String, List<Float>>();
    batch
        .tensors()
        .keySet()
        .forEach(name -> contents.put(name, Floats.asList(values(batch, name))));
    return contents;
  }

  private static float[] values(Batch batch, String name) {
    var tensor = (TFloat32) batch.tensors().get(name);
    var values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
