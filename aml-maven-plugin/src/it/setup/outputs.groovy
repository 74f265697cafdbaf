import groovy.io.FileType
import java.util.concurrent.TimeUnit

// A closure that waits for a job in a build of its own, which fetches what the job has made: the texts of the small files.
def build = evaluate(new File(basedir, '../setup/build.groovy'))

return { String job ->
    def waited = build('waited.log', ['aml:wait', "-Daml.job=${job}".toString(), '-Daml.outputDirectory=target/waited'])
    assert waited.waitFor(3, TimeUnit.MINUTES) && waited.exitValue() == 0
    def texts = []
    new File(basedir, 'target/waited').eachFileRecurse(FileType.FILES) { file ->
        if (file.length() < 1000) {
            texts << file.text
        }
    }
    return texts
}
