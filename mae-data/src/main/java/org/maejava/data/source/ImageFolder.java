package org.maejava.data.source;

import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import com.google.common.io.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.maejava.data.DataException;
import org.maejava.data.Example;
import org.maejava.data.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image files in folders. They are listed when it is made and read when they are asked for; what
 * cannot be read is found out then.
 *
 * <p>The digest is over relative names and sizes, in order: it notices a changed set of files
 * without reading them.
 */
public final class ImageFolder implements Source {

  private static final Logger log = LoggerFactory.getLogger(ImageFolder.class);

  private final Path root;
  private final String folderName;
  private final List<Listing.File> files;
  private final int[] labels;
  private final ImmutableList<String> classes;
  private final String about;
  private final String digest;

  private ImageFolder(Path root, List<Listing.File> files, List<String> classes, String about) {
    this.root = root;
    this.folderName = String.valueOf(root.toAbsolutePath().normalize().getFileName());
    this.files = List.copyOf(files);
    this.classes = ImmutableList.copyOf(classes);
    this.about = about;
    this.digest = digest(files);
    this.labels = new int[files.size()];
    var numbers = new HashMap<String, Integer>();
    classes.forEach(name -> numbers.put(name, numbers.size()));
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          classes.isEmpty() ? Example.UNLABELLED : numbers.get(topFolder(files.get(i).name()));
    }
  }

  /**
   * A folder of classes or a folder of images.
   *
   * <p>If a folder in it holds images at any depth, as in ImageNet's layout, those folders are the
   * classes, sorted by name; folders without images are none, and images beside them are left out.
   * Otherwise it is the images directly in it, without labels.
   *
   * @throws DataException if there is no image anywhere in it
   */
  public static ImageFolder of(Path root) {
    return of(root, IndexCache.none());
  }

  /** As {@link #of(Path)}; the listing of a large folder is kept. */
  public static ImageFolder of(Path root, IndexCache cache) {
    var listing = Listing.of(root, cache);
    var inFolders = listing.files().stream().filter(file -> file.name().contains("/")).toList();
    requireImages(root, listing);
    mention(root, listing);
    return inFolders.isEmpty()
        ? new ImageFolder(
            root,
            listing.files(),
            List.of(),
            String.format("%,d images in the folder %s.", listing.files().size(), root))
        : ofClasses(root, listing, inFolders);
  }

  private static ImageFolder ofClasses(Path root, Listing listing, List<Listing.File> inFolders) {
    int loose = listing.files().size() - inFolders.size();
    if (loose > 0) {
      log.warn("{}: {} images lie beside the class folders and are left out", root, loose);
    }
    var names = new TreeSet<String>();
    inFolders.forEach(file -> names.add(topFolder(file.name())));
    return new ImageFolder(
        root,
        inFolders,
        List.copyOf(names),
        String.format(
            "%,d images of %,d classes in the folder %s.", inFolders.size(), names.size(), root));
  }

  /**
   * The images of a folder with their classes in a text file, as ImageNet's flat {@code val}: a
   * line {@code name class} for each image, its name with or without extension and anything behind
   * the class left alone, or only the classes, in the order of the images' names.
   *
   * @param known class names by label; classes may be written as their names or numbers
   * @param first the number of the first class, where classes are numbers
   * @throws DataException naming the images that have no class
   */
  public static Source labelled(
      Path root, Path labels, List<String> known, int first, IndexCache cache) {
    var listing = Listing.of(root, cache);
    requireImages(root, listing);
    var folder = new ImageFolder(root, listing.files(), List.of(), "");
    var names = listing.files().stream().map(Listing.File::name).toList();
    var classes =
        ClassNames.of(LabelFile.read(labels, names), known, first, "the classes in " + labels);
    return new Entries(
        "%,d images of %,d classes in the folder %s, classes in %s."
            .formatted(names.size(), classes.classes().size(), root, labels),
        classes.classes(),
        names.stream().map(name -> folder.folderName + "/" + name).toList(),
        classes.labels().toArray(),
        folder::bytes,
        folder.digest());
  }

  /** One file, whatever it is called, without a label. */
  public static ImageFolder ofFile(Path file) {
    var absolute = file.toAbsolutePath();
    var name = absolute.getFileName().toString();
    return new ImageFolder(
        absolute.getParent(),
        List.of(new Listing.File(name, absolute.toFile().length())),
        List.of(),
        "The image " + file + ".");
  }

  private static String topFolder(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static void mention(Path root, Listing listing) {
    if (!listing.others().isEmpty()) {
      log.info(
          "{}: files that are not taken for images: {} (images end in {})",
          root,
          listing.othersInWords(),
          String.join(", ", Listing.EXTENSIONS));
    }
  }

  private static void requireImages(Path root, Listing listing) {
    if (listing.files().isEmpty()) {
      throw new DataException(
          "the folder "
              + root
              + " holds no images (files that end in "
              + String.join(", ", Listing.EXTENSIONS)
              + ")"
              + (listing.others().isEmpty() ? "" : ", only " + listing.othersInWords()));
    }
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Example get(int index) {
    return new Example.Encoded(
        folderName + "/" + files.get(index).name(), labels[index], bytes(index));
  }

  private ByteSource bytes(int index) {
    return Files.asByteSource(root.resolve(files.get(index).name()).toFile());
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public String digest() {
    return digest;
  }

  private static String digest(List<Listing.File> files) {
    var hasher = Digests.sha256();
    for (var file : files) {
      Digests.put(hasher, file.name());
      hasher.putLong(file.size());
    }
    return hasher.hash().toString();
  }
}
