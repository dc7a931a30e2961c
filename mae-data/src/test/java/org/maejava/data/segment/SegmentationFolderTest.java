package org.maejava.data.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.data.Pictures;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.DataException;
import org.maejava.proto.ImageShape;

@DisplayName("Label maps")
class SegmentationFolderTest {

  @TempDir private Path folder;

  private static byte[] png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static BufferedImage grey(int type, int width, int... classes) {
    var image = new BufferedImage(width, classes.length / width, type);
    image.getRaster().setSamples(0, 0, width, classes.length / width, 0, classes);
    return image;
  }

  @Test
  void areTheStoredValuesOfGreyPngs() throws Exception {
    var eight = LabelMap.read(png(grey(BufferedImage.TYPE_BYTE_GRAY, 3, 0, 7, 255, 150, 2, 1)));
    assertThat(eight.classes()).containsExactly(0, 7, 255, 150, 2, 1);
    assertThat(eight.height()).isEqualTo(2);
    assertThat(eight.largest()).isEqualTo(150);
    var sixteen = LabelMap.read(png(grey(BufferedImage.TYPE_USHORT_GRAY, 2, 300, 255)));
    assertThat(sixteen.classes()).containsExactly(300, 255);
  }

  /** As in Pascal VOC: the colours are for people. */
  @Test
  void areTheIndicesOfPalettes() throws Exception {
    var colours = new byte[] {0, (byte) 200, 50, 90};
    var palette = new IndexColorModel(8, 4, colours, colours, colours);
    var image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_INDEXED, palette);
    image.getRaster().setSamples(0, 0, 2, 2, 0, new int[] {3, 1, 0, 2});
    assertThat(LabelMap.read(png(image)).classes()).containsExactly(3, 1, 0, 2);
    var two = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    two.getRaster().setSamples(0, 0, 2, 1, 0, new int[] {1, 0});
    assertThat(LabelMap.read(png(two)).classes()).containsExactly(1, 0);
  }

  @Test
  void ofSeveralChannelsAreRefused() {
    var colour = png(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
    assertThatThrownBy(() -> LabelMap.read(colour))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("3 channels");
    assertThatThrownBy(() -> LabelMap.read(new byte[] {1, 2, 3}))
        .isInstanceOf(UnreadableImageException.class);
  }

  /** As images are: by what the head claims, before memory is taken. */
  @Test
  void thatClaimTooMuchAreRefusedUnread() {
    var claim = png(grey(BufferedImage.TYPE_BYTE_GRAY, 1, 0));
    ByteBuffer.wrap(claim).putInt(16, 60_000).putInt(20, 60_000);
    assertThatThrownBy(() -> LabelMap.read(claim))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("60000 x 60000");
  }

  @Test
  void inOtherFormatsAreRefused() {
    assertThatThrownBy(() -> LabelMap.read(Pictures.jpeg(8, 8, 1)))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("it is a JPEG, not a PNG");
  }

  @Test
  void areFramedAsTheImageIs() throws Exception {
    var map = LabelMap.read(png(grey(BufferedImage.TYPE_BYTE_GRAY, 4, 9, 0, 1, 9, 9, 2, 3, 9)));
    var input = ImageShape.newBuilder().setHeight(2).setWidth(2).setChannels(3).build();
    // The middle of 2 x 4, then each pixel as four.
    assertThat(map.framed(new CenterCrop(input, 1).frame(2, 4), 2, 2)).containsExactly(0, 1, 2, 3);
    var twice = input.toBuilder().setHeight(4).setWidth(4).build();
    assertThat(map.framed(new CenterCrop(twice, 1).frame(2, 4), 4, 4))
        .containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3);
  }

  private void write(String name, byte[] bytes) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  @Test
  void belongToTheImagesOfTheirNames() throws Exception {
    var image = png(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
    var map = png(grey(BufferedImage.TYPE_BYTE_GRAY, 2, 0, 1, 1, 0));
    for (var half : new String[] {"train", "val"}) {
      write(half + "/images/a.1.png", image);
      write(half + "/labels/a.1.png", map);
      write(half + "/images/b.jpg", image);
      write(half + "/labels/b.png", map);
    }
    var opened = SegmentationFolder.open(folder);
    assertThat(opened.training().images().size()).isEqualTo(2);
    assertThat(opened.evaluation().map(1).classes()).containsExactly(0, 1, 1, 0);
    assertThat(opened.names()).isEmpty();

    Files.delete(folder.resolve("train/labels/b.png"));
    Files.delete(folder.resolve("val/labels/a.1.png"));
    assertThatThrownBy(() -> SegmentationFolder.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 of 2 images in train/images without a PNG")
        .hasMessageContaining("b.jpg")
        .hasMessageContaining("a.1.png");
  }

  @Test
  void needFourFolders() {
    assertThatThrownBy(() -> SegmentationFolder.open(folder))
        .hasMessageContaining("train/images")
        .hasMessageContaining("val/labels");
  }
}
