package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** What runs here after the export is TensorFlow Java's own. */
@DisplayName("A program without this library")
class PlainTensorFlowTest {

  @Test
  void classifiesEncodedImagesByName(@TempDir Path folder) throws IOException {
    var file = TinyExport.files(1).get(0);
    Path model;
    Ranking expected;
    try (var graph = TinyExport.classifier()) {
      model = SavedModelWriter.write(graph, TinyExport.classifierRecord(), folder.resolve("tiny"));
    }
    try (var opened = SavedModel.open(model)) {
      expected = opened.classify(file);
    }

    try (var bundle = SavedModelBundle.load(model.toString(), "serve");
        var bytes = TString.tensorOfBytes(NdArrays.vectorOfObjects(file));
        var result =
            bundle
                .function("classify_from_bytes")
                .call(Map.<String, Tensor>of("image_bytes", bytes))) {
      var names = (TString) result.get("top_labels").orElseThrow();
      var probabilities = (TFloat32) result.get("top_probabilities").orElseThrow();
      assertThat(names.getObject(0, 0)).isEqualTo(expected.best().name());
      assertThat(Math.abs(probabilities.getFloat(0, 0) - expected.best().probability()))
          .isLessThan(0.01f);
    }
  }
}
