import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text

// The steps ran, and the last one told what they did.
assert log.contains('the half is 4')
assert log =~ /told localhost: Azure ML job \S+: Completed/

// A step failed, the one behind it never ran, and the pull request was told that too.
assert log =~ /told localhost: Azure ML job \S+: Failed/

assert log.contains('nobody is to be told')
assert log.contains('the secret of the callback is no address of a secret in a Key Vault')

// The token is in no file of the project but the one that the test has put beside the emulator, and in no log.
assert !log.contains('pat-of-the-compute')
assert !log.replaceAll(/(?m)^.*-Daml\.pipeline\.callback\.secret.*$/, '').contains('pat-in-the-wrong-place')
new File(basedir, 'target/aml').eachFileRecurse { file ->
    if (file.isFile()) {
        assert !file.text.contains('pat-of-the-compute')
    }
}
assert new File(basedir, 'target/aml/callback/code/tell_pull_request.py').exists()
