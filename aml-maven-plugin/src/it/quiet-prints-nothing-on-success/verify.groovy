import groovy.json.JsonSlurper

['validate', 'test', 'whoami', 'run', 'register', 'package', 'undeploy'].each {
    assert new JsonSlurper().parse(new File(basedir, "target/aml/${it}.json")).status in ['done', 'up-to-date']
}
// Maven's own lines are left out: what it fetches, and what the test driver asks it to say.
def ours = new File(basedir, 'build.log').readLines().findAll { line ->
    def text = line.replaceAll('\\u001B\\[[0-9;]*m', '').trim()
    !text.isEmpty() && !text.startsWith('Downloading from') && !text.startsWith('Downloaded from')
}
assert ours == []
