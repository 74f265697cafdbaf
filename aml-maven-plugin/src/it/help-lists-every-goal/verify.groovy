def log = new File(basedir, 'build.log').text
def listed = log.readLines().findResults { line ->
    def heading = line =~ /^(?:\[INFO] )?aml:([a-z-]+)$/
    heading.matches() ? heading.group(1) : null
}
assert listed.sort() == [
    'acr-import', 'attach', 'deploy-aci', 'deploy-aks', 'emulator-run', 'emulator-start', 'emulator-stop', 'help',
    'invoke-pipeline', 'package', 'publish-pipeline', 'ranks', 'register', 'run', 'score', 'test', 'undeploy', 'validate', 'wait',
    'whoami'
]
