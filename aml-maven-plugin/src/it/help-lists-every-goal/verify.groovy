def log = new File(basedir, 'build.log').text
def listed = log.readLines().findResults { line ->
    def heading = line =~ /^(?:\[INFO] )?aml:([a-z-]+)$/
    heading.matches() ? heading.group(1) : null
}
// The reference is held to the annotations by a unit test; help is made from the descriptor.
def documented = new File(basedir, '../../../../docs/goals.md').readLines().findResults { line ->
    def heading = line =~ /^## aml:([a-z-]+)$/
    heading.matches() ? heading.group(1) : null
}
assert documented.containsAll(['register', 'package', 'deploy-aci'])
assert listed.sort() == (documented + 'help').sort()
