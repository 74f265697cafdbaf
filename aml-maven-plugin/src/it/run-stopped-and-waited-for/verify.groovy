import groovy.json.JsonSlurper
import java.util.concurrent.TimeUnit

def build = evaluate(new File(basedir, '../setup/build.groovy'))
def text = { String log -> new File(basedir, log).text }
def finished = { Process process ->
    assert process.waitFor(3, TimeUnit.MINUTES)
    process.exitValue()
}
/** Starts a build, and ends it as a CI system does once its job runs. */
def stopped = { String log, List<String> arguments ->
    def process = build(log, arguments)
    def limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(3)
    while (!text(log).contains('patiently waiting')) {
        assert process.alive : text(log)
        assert System.nanoTime() < limit : text(log)
        Thread.sleep(100)
    }
    process.destroy()
    finished(process)
}
def run = { new JsonSlurper().parse(new File(basedir, 'target/aml/run.json')) }

try {
    // Stopped: the job goes on, the user is told how to take it up, and no file claims a success.
    assert stopped('stopped.log', ['aml:run']) != 0
    def job = run().attempted.jobName
    assert text('stopped.log').contains("job ${job} goes on: wait for it again with 'mvn aml:wait -Daml.job=${job}'")
    assert run().status != 'done'
    assert run().outputs == null

    new File(basedir, 'target/go').text = ''
    assert finished(build('waited.log', ['aml:wait'])) == 0
    assert text('waited.log').contains("Job ${job} completed")
    assert run().status == 'done'
    assert run().outputs.jobName == job
    assert new File(basedir, 'target/aml/outputs/model/model.txt').text == 'a model'

    // Stopped with cancelOnInterrupt: the job is canceled, which the next build sees.
    new File(basedir, 'target/go').delete()
    assert stopped('canceled.log', ['aml:run', '-Daml.run.skipUnchanged=false', '-Daml.run.cancelOnInterrupt']) != 0
    def canceled = run().attempted.jobName
    assert canceled != job
    assert text('canceled.log').contains("job ${canceled} is being canceled")
    assert finished(build('gone.log', ['aml:wait', "-Daml.job=${canceled}".toString()])) != 0
    assert text('gone.log').contains("AML-6002")
    assert run().outputs == null
} finally {
    assert finished(build('stop.log', ['aml:emulator-stop'])) == 0
}
