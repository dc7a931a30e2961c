package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Optional;
import com.google.common.io.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.data.Pictures;
import org.maejava.data.RecipeText;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Decoding;
import org.maejava.data.image.Image;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.proto.DataConfig;

@DisplayName("An example")
class ExampleTest {

  /** A file of this size that fails when it is opened. */
  private record Unopened(long bytes) {
    ByteSource source() {
      return new ByteSource() {
        @Override
        public InputStream openStream() throws IOException {
          throw new NoSuchFileException("gone.jpg");
        }

        @Override
        public Optional<Long> sizeIfKnown() {
          return Optional.of(bytes);
        }
      };
    }
  }

  private static Example.Encoded encoded(ByteSource bytes) {
    return new Example.Encoded("a.jpg", Example.UNLABELLED, bytes);
  }

  @Test
  void beyondTheLimitIsNotOpened() {
    long limit = Example.Encoded.MAX_BYTES;
    assertThatThrownBy(() -> encoded(new Unopened(limit + 1).source()).read())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("the file has 268435457 bytes; at most 268435456 are read");
    assertThatThrownBy(() -> encoded(new Unopened(limit).source()).read())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("the file cannot be read: there is no file gone.jpg");
  }

  @Test
  void isDecodedAsTheRecipeSays() throws UnreadableImageException {
    var file = encoded(ByteSource.wrap(Pictures.jpeg(20, 16, 1)));
    var small = RecipeText.of("image_limits { max_pixels: 319 }", DataConfig.class);
    try (var decoder = new Decoder(1, Decoding.of(small))) {
      assertThatThrownBy(() -> file.decoded(decoder)).hasMessageContaining("at most 319 in all");
    }
    try (var decoder = new Decoder(1, Decoding.of(DataConfig.getDefaultInstance()))) {
      assertThat(file.decoded(decoder).channels()).isEqualTo(1);
      var raw = new Example.Raw("0", 0, new Image(1, 1, 3, new byte[] {9, 9, 9}));
      assertThat(raw.decoded(decoder).pixels()).containsExactly(9);
    }
  }
}
