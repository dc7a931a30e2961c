package org.maejava.data.source;

import com.google.common.collect.Lists;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.maejava.words.Counted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image files in folders. They are listed at once and read when they are asked for; what cannot be
 * read is found out then.
 *
 * <p>The digest is over relative names and sizes, in order: it notices a changed set of files
 * without reading them.
 */
public final class ImageFolder {

  private static final Logger log = LoggerFactory.getLogger(ImageFolder.class);

  private ImageFolder() {}

  /**
   * A folder of classes or a folder of images.
   *
   * <p>If a folder in it holds images at any depth, as in ImageNet's layout, those folders are the
   * classes, sorted by name; folders without images are none, and images beside them are left out.
   * Otherwise it is the images directly in it, without labels.
   *
   * @throws DataException if there is no image anywhere in it
   */
  public static Source of(Path root) {
    return of(root, IndexCache.none());
  }

  /** As {@link #of(Path)}; the listing of a large folder is kept. */
  public static Source of(Path root, IndexCache cache) {
    var listing = Listing.of(root, cache);
    var inFolders = listing.files().stream().filter(file -> file.name().contains("/")).toList();
    requireImages(root, listing);
    mention(root, listing);
    return inFolders.isEmpty()
        ? unlabelled(
            root,
            listing.files(),
            "%s in the folder %s.".formatted(Counted.of(listing.files().size(), "image"), root))
        : ofClasses(root, listing, inFolders);
  }

  private static Source ofClasses(Path root, Listing listing, List<Listing.File> inFolders) {
    int loose = listing.files().size() - inFolders.size();
    if (loose > 0) {
      log.warn("{}: {} images lie beside the class folders and are left out", root, loose);
    }
    var empty = listing.foldersWithoutImages();
    if (!empty.isEmpty()) {
      log.warn(
          "{}: {} left out: {}",
          root,
          Counted.of(empty.size(), "class without images is", "classes without images are"),
          String.join(", ", empty));
    }
    var folders = inFolders.stream().map(file -> topFolder(file.name())).toList();
    var classes = ClassNames.of(folders, sorted(folders), 0, "the folder " + root);
    return source(
        root,
        inFolders,
        classes,
        "%s of %s in the folder %s."
            .formatted(
                Counted.of(inFolders.size(), "image"),
                Counted.of(classes.classes().size(), "class"),
                root),
        empty);
  }

  private static List<String> sorted(Collection<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  private static Source unlabelled(Path root, List<Listing.File> files, String about) {
    return source(root, files, ClassNames.none(files.size()), about, List.of());
  }

  private static Source source(
      Path root,
      List<Listing.File> files,
      ClassNames classes,
      String about,
      List<String> emptyClasses) {
    var folder = String.valueOf(root.toAbsolutePath().normalize().getFileName());
    var hasher = Digests.sha256();
    for (var file : files) {
      Digests.put(hasher, file.name());
      hasher.putLong(file.size());
    }
    return new Entries(
        about,
        classes.classes(),
        Lists.transform(files, file -> folder + "/" + file.name()),
        classes.labels().toArray(),
        index -> Folders.bytes(root.resolve(files.get(index).name())),
        hasher.hash().toString(),
        emptyClasses);
  }

  /**
   * The images of a folder with their classes in a text file, as ImageNet's flat {@code val}: a
   * line {@code name class} for each image, its name with or without extension and anything behind
   * the class left alone, or only the classes, in the order of the images' names.
   *
   * @param numbered whether a number is a place among the known classes
   * @param known class names by label; classes may be written as their names or numbers
   * @param first the number of the first class, where classes are numbers
   * @throws DataException naming the images that have no class
   */
  public static Source labelled(
      Path root, Path labels, boolean numbered, List<String> known, int first, IndexCache cache) {
    var listing = Listing.of(root, cache);
    requireImages(root, listing);
    var names = listing.files().stream().map(Listing.File::name).toList();
    var classes =
        ClassNames.of(
            LabelFile.read(labels, names), numbered, known, first, "the classes in " + labels);
    return source(
        root,
        listing.files(),
        classes,
        "%s of %s in the folder %s, classes in %s."
            .formatted(
                Counted.of(names.size(), "image"),
                Counted.of(classes.classes().size(), "class"),
                root,
                labels),
        List.of());
  }

  /** One file, whatever it is called, without a label. */
  public static Source ofFile(Path file) {
    var absolute = file.toAbsolutePath();
    var name = absolute.getFileName().toString();
    return unlabelled(
        Folders.of(absolute),
        List.of(new Listing.File(name, absolute.toFile().length())),
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
}
