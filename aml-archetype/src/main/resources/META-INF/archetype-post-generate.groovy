import java.nio.file.Files
import java.nio.file.Path

// Jars are made without .gitignore files, so it travels under another name.
Path project = Path.of(request.outputDirectory, request.artifactId)
Path carried = project.resolve('gitignore')
if (Files.exists(carried)) {
    Files.move(carried, project.resolve('.gitignore'))
}
